import { describe, expect, it } from 'vitest';

import { captureWebStream } from '../../../../lib/http/body/web-stream.js';
import { AsposeAuthErrorCode } from '../../../../lib/index.js';

const USED_UP = { code: AsposeAuthErrorCode.BODY_USED_UP };

describe('A captured web stream', () => {
  it('is read by nobody else', async () => {
    const source = new Blob(['a workbook']).stream();

    const captured = captureWebStream(source, () => {});

    expect(source.locked).toBe(true);
    expect(await new Response(captured).text()).toBe('a workbook');
  });

  it('tells of its failure before anybody reads it', async () => {
    const source = new ReadableStream({
      start: (controller) => controller.error(new Error('the disk is gone')),
    });

    const told = new Promise((resolve) => {
      captureWebStream(source, resolve);
    });

    expect(await told).toMatchObject({ message: 'the disk is gone' });
  });

  it('ends the source when it is cancelled', async () => {
    let reason: unknown;
    const source = new ReadableStream({
      cancel: (given) => void (reason = given),
    });

    await captureWebStream(source, () => {}).cancel('enough');

    expect(reason).toBe('enough');
  });

  it('cannot be made of one that is read by somebody else, or was', async () => {
    const locked = new ReadableStream();
    locked.getReader();
    const read = new Blob(['a workbook']).stream();
    const reader = read.getReader();
    await reader.read();
    reader.releaseLock();

    for (const source of [locked, read])
      expect(() => captureWebStream(source, () => {})).toThrow(
        expect.objectContaining(USED_UP),
      );
  });
});
