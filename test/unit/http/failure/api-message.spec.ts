import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';

import { apiMessageOf } from '../../../../lib/http/failure/api-message.js';

const said = (body: unknown) => apiMessageOf(body).message;

describe('What Aspose says of a failure', () => {
  it.each<[string, unknown, object]>([
    [
      'Words, PDF',
      {
        RequestId: 'abc-1',
        Error: {
          Code: 'errorItemNotFound',
          Message: 'File a.docx not found.',
          Description: 'Operation Failed.',
          DateTime: '2026-01-01',
          InnerError: null,
        },
      },
      {
        message: 'File a.docx not found.',
        code: 'errorItemNotFound',
        requestId: 'abc-1',
      },
    ],
    [
      'BarCode',
      {
        requestId: 'abc-2',
        error: { code: 'errorInvalidInputData', message: 'Data is required.' },
      },
      {
        message: 'Data is required.',
        code: 'errorInvalidInputData',
        requestId: 'abc-2',
      },
    ],
    [
      'Cells',
      {
        Error: {
          Code: 'errorInvalidInputData',
          Message: 'Wrong format.',
          InnerError: { RequestId: 'abc-3' },
        },
      },
      {
        message: 'Wrong format.',
        code: 'errorInvalidInputData',
        requestId: 'abc-3',
      },
    ],
    [
      'Cells, older',
      { Code: 400, Status: 'Bad Request', Message: 'Wrong sheet.' },
      { message: 'Wrong sheet.', code: '400' },
    ],
    [
      'a list',
      { Errors: [{ Message: 'One.' }, 'Two.', { message: 'Three.' }, 'Four.'] },
      { message: 'One.; Two.; Three.' },
    ],
    [
      'ASP.NET',
      {
        type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
        title: 'One or more validation errors occurred.',
        status: 400,
        errors: { format: ['The value x is not valid.'], '': 'Empty.' },
        traceId: '00-ab-cd-00',
      },
      {
        message: 'format: The value x is not valid.; -: Empty.',
        requestId: '00-ab-cd-00',
      },
    ],
    [
      'problem details',
      { title: 'Not found', detail: 'No file a.xlsx.' },
      { message: 'No file a.xlsx.' },
    ],
    [
      'OAuth',
      { error: 'invalid_request', error_description: 'No grant.' },
      { message: 'No grant.' },
    ],
    ['text', 'Unsupported format.', { message: 'Unsupported format.' }],
    ['JSON text', '"Unsupported format."', { message: 'Unsupported format.' }],
    ['JSON in text', '{"Message":"Cut."}', { message: 'Cut.' }],
    ['bytes', Buffer.from('{"Message":"Cut."}'), { message: 'Cut.' }],
    [
      'an ArrayBuffer',
      new TextEncoder().encode('{"Message":"Größe."}').buffer,
      { message: 'Größe.' },
    ],
  ])('%s', (_, body, expected) => {
    expect(apiMessageOf(body)).toEqual({
      message: undefined,
      code: undefined,
      requestId: undefined,
      ...expected,
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no text', ''],
    ['a page', '<html><body>502 Bad Gateway</body></html>'],
    ['a page in an envelope', { Message: '<html>' }],
    ['JSON that was cut off', '{"Error":{"Message":"File a.docx is not fo'],
    ['no member that speaks', { a: 1, Error: { Code: 'error' } }],
    ['the name of the status alone', { title: 'Not Found', status: 404 }],
    ['the name of the status, spelt as a word', { Message: 'BadRequest' }],
    ['numbers', { Message: 5, errors: [1, 2] }],
    ['a circle', circle()],
  ])('is nothing in %s', (_, body) => {
    expect(said(body)).toBeUndefined();
  });

  it('is cleaned', () => {
    expect(said({ Message: 'see https://u:p@host/a?sig=b' })).toBe(
      'see https://host/a',
    );
    expect(said({ errors: { 'a\u0000b': ['Wrong.'] } })).toBe('a b: Wrong.');
  });

  it.each(['two words', '<b>', 'x'.repeat(81), {}, null])(
    'holds no code or id that is %j',
    (word) => {
      expect(
        apiMessageOf({ RequestId: word, Error: { Code: word } }),
      ).toMatchObject({ code: undefined, requestId: undefined });
    },
  );
});

function circle(): object {
  const body: Record<string, unknown> = {};
  body['error'] = { error: [body] };
  return body;
}
