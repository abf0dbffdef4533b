import { PassThrough } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { endUpload } from '../../../../lib/http/body/request-body.js';

describe('The upload of a body made for one attempt', () => {
  it.each([undefined, 'text', Buffer.from('bytes')])(
    'ends with an answer that is there: %s',
    (data) => {
      const body = new PassThrough();

      endUpload(body, { data });

      expect(body.destroyed).toBe(true);
    },
  );

  it('goes on until an answer that streams is through', async () => {
    const [body, answer] = [new PassThrough(), new PassThrough()];

    endUpload(body, { data: answer });

    expect(body.destroyed).toBe(false);
    const ended = new Promise((resolve) => body.once('close', resolve));
    answer.destroy();
    await ended;
  });

  it('ends with an answer that was broken off before', async () => {
    const [body, answer] = [new PassThrough(), new PassThrough()];
    const closed = new Promise((resolve) => answer.once('close', resolve));
    answer.destroy();
    await closed;

    endUpload(body, { data: answer });

    expect(body.destroyed).toBe(true);
  });

  it('is not destroyed with its request where the stream is the one that the app made', () => {
    const [body, request] = [new PassThrough(), new PassThrough()];

    endUpload(body, { data: 'text', request }, body);

    expect(request.destroyed).toBe(true);
    expect(body.destroyed).toBe(false);
  });

  it('is left to the platform where the answer is a web stream', () => {
    const body = new PassThrough();

    endUpload(body, { data: new ReadableStream() });

    expect(body.destroyed).toBe(false);
  });

  it('is none where the body is no stream', () => {
    expect(endUpload('text')).toBeUndefined();
  });
});
