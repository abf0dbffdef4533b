import { text } from 'node:stream/consumers';

import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type SampleApp, startSampleApp } from './support/sample-app.js';

const CONVERT = '/v4.0/cells/convert/spreadsheet';

let cloud: AsposeCloudEmulator;
let sample: SampleApp;

const settings = (): Record<string, string> => ({
  ASPOSE_CLIENT_ID: cloud.clientId,
  ASPOSE_CLIENT_SECRET: cloud.clientSecret,
  ASPOSE_BASE_URL: cloud.url,
});

function formWith(field: string, value: string | Blob): FormData {
  const form = new FormData();
  form.append(field, value);
  return form;
}

beforeAll(async () => {
  cloud = await AsposeCloudEmulator.start();
  sample = await startSampleApp(settings());
});

afterEach(() => cloud.heal());

afterAll(async () => {
  await sample[Symbol.asyncDispose]();
  await cloud.close();
});

describe('POST /convert', () => {
  it('sends the workbook to Aspose and the result back as a download', async () => {
    let received = '';
    cloud.route('PUT', CONVERT, async (request, response) => {
      received = `${request.url} ${await text(request)}`;
      response.end('%PDF');
    });

    const answer = await sample.convert({ file: new Blob(['a workbook']) });

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('%PDF');
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename=quarterly-sales.pdf',
    );
    expect(received).toContain('format=pdf');
    expect(received).toContain('filename="quarterly-sales.xlsx"');
    expect(received).toContain('a workbook');
  });

  it('sends the workbook again when Aspose has revoked the token', async () => {
    let received = '';
    cloud.route('PUT', CONVERT, async (request, response) => {
      received = await text(request);
      response.end('%PDF');
    });
    cloud.revokeAll();

    const answer = await sample.convert({ file: new Blob(['a workbook']) });

    expect(answer.status).toBe(200);
    expect(received).toContain('a workbook');
  });

  it.each(['', 'exe', 'PDF'])(
    'refuses the format "%s" and lists the formats it knows',
    async (format) => {
      const answer = await sample.convert({ format });

      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        message: 'format must be one of: pdf, png, csv, json, html',
      });
    },
  );

  it.each([
    ['is none', new FormData()],
    ['is in another field', formWith('workbook', new Blob(['a workbook']))],
    ['is text', formWith('file', 'a workbook')],
    ['is not in a form', 'a workbook'],
  ])('names the field for the workbook when it %s', async (_, body) => {
    const answer = await fetch(`${sample.url}/convert?format=pdf`, {
      method: 'POST',
      body,
    });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      message: 'Send the workbook as multipart/form-data, in the field "file".',
    });
  });

  it('says how large a workbook may be', async () => {
    const answer = await sample.convert({
      file: new Blob([Buffer.alloc(20 * 1024 * 1024 + 1)]),
    });

    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      message: 'The workbook is larger than 20 MB.',
    });
  });

  it.each([400, 404, 413, 415, 422])(
    'answers %i when Aspose does, with its words about the workbook',
    async (status) => {
      cloud.failNext(
        {
          kind: 'answer',
          status,
          body: { Error: { Message: 'This workbook cannot be read.' } },
        },
        { path: 'api' },
      );

      const answer = await sample.convert();

      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({
        message: 'This workbook cannot be read.',
      });
    },
  );

  it.each([
    [401, 502],
    [403, 502],
    [429, 503],
    [500, 502],
    [503, 503],
  ])(
    'when Aspose answers %i, answers %i without its words',
    async (status, expected) => {
      cloud.failNext(
        {
          kind: 'answer',
          status,
          body: { Error: { Message: 'internal detail' } },
          headers: { 'WWW-Authenticate': 'Bearer' },
        },
        { path: 'api', times: 3 },
      );

      const answer = await sample.convert();

      expect(answer.status).toBe(expected);
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(await answer.text()).not.toContain('internal detail');
    },
  );

  it('answers 502 when the connection to Aspose breaks', async () => {
    cloud.failNext({ kind: 'reset' }, { path: 'api' });

    const answer = await sample.convert();

    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({
      message: 'Aspose Cloud gave no usable answer.',
    });
  });

  it('answers 501 and names the package when the local cloud has no engine', async () => {
    const Message = 'aspose.cells.node is not installed in /app';
    cloud.failNext(
      { kind: 'answer', status: 501, body: { Error: { Message } } },
      { path: 'api' },
    );

    const answer = await sample.convert();

    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({
      message: expect.stringContaining('aspose.cells.node'),
    });
  });

  it('answers 503 and leaves Aspose alone when there is no token', async () => {
    cloud.failNext({ kind: 'throttle', retryAfter: '7' }, { times: Infinity });
    await using withoutToken = await startSampleApp(settings());
    const callsBefore = cloud.apiCalls.length;

    const answer = await withoutToken.convert();

    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-7]$/);
    expect(cloud.apiCalls).toHaveLength(callsBefore);
  });
});
