import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import {
  captureStream,
  captureWebStream,
} from '../../../../lib/http/body/captured-stream.js';
import { AsposeAuthErrorCode } from '../../../../lib/index.js';
import { oldStream } from '../../../support/old-stream.js';
import { rejectionOf } from '../../../support/rejection.js';

interface PackageForm extends Readable {
  append(name: string, value: unknown): void;
  getHeaders(): object;
  toString(): string;
  getLength(callback: (error: Error | null, bytes: number) => void): void;
}

const PackageForm = createRequire(__filename)(
  'form-data',
) as new () => PackageForm;

const USED_UP = { code: AsposeAuthErrorCode.BODY_USED_UP };

describe('A captured stream', () => {
  it('has all that the source has, whoever reads it too', async () => {
    const source = Readable.from(['a ', 'workbook']);
    const captured = captureStream(source);
    source.on('data', () => {});

    expect(await text(captured)).toBe('a workbook');
  });

  it('has what a stream of an older kind emits', async () => {
    const source = oldStream();
    const captured = captureStream(source);

    source.emit('data', 'a workbook');
    source.emit('end');

    expect(await text(captured)).toBe('a workbook');
  });

  it('fails with the source', async () => {
    const source = new PassThrough();
    const captured = captureStream(source);

    source.destroy(new Error('the disk is gone'));

    expect(await rejectionOf(text(captured))).toMatchObject({
      message: 'the disk is gone',
    });
  });

  it('fails where the source ends too early', async () => {
    const source = new PassThrough();
    const captured = captureStream(source);

    source.destroy();

    expect(await rejectionOf(text(captured))).toMatchObject({
      code: 'ERR_STREAM_PREMATURE_CLOSE',
    });
  });

  it('reads no more of the source once it is closed, and leaves it open', async () => {
    const source = new PassThrough();
    const captured = captureStream(source);
    const closed = new Promise((resolve) => captured.once('close', resolve));

    captured.destroy();
    await closed;

    expect(source.listenerCount('data')).toBe(0);
    expect(source.destroyed).toBe(false);
  });

  it.each([
    ['was destroyed', () => new PassThrough().destroy()],
    ['has failed', () => failed()],
    ['is a form that was sent', () => sentForm()],
  ])('cannot be made of one that %s', (_, make) => {
    expect(() => captureStream(make())).toThrow(
      expect.objectContaining(USED_UP),
    );
  });

  it('cannot be made of one that has ended', async () => {
    const source = Readable.from(['a workbook']);
    await text(source);

    expect(() => captureStream(source)).toThrow(
      expect.objectContaining(USED_UP),
    );
  });
});

describe('A captured form of the form-data package', () => {
  it('has its headers, its length, and the bytes as they were', async () => {
    const form = new PackageForm();
    const rows = Buffer.from('rows');
    form.append('rows', rows);
    const wanted = await lengthOf(form);

    const captured = captureStream(form) as PackageForm;
    rows.fill(0x21);

    expect(captured.getHeaders()).toStrictEqual(form.getHeaders());
    expect(await lengthOf(captured)).toBe(wanted);
    expect(captured.toString()).toBe('[object FormData]');
    const body = await text(captured);
    expect(body).toContain('rows\r\n--');
    expect(body).toHaveLength(wanted);
  });

  it('fails with a file that is not there', async () => {
    const form = new PackageForm();
    form.append('file', createReadStream('no-such-workbook.xlsx'));

    const captured = captureStream(form) as PackageForm;

    expect(await rejectionOf(lengthOf(captured))).toMatchObject({
      code: 'ENOENT',
    });
    expect(await rejectionOf(text(captured))).toMatchObject({ code: 'ENOENT' });
  });

  it('takes nothing more', () => {
    const form = new PackageForm();
    captureStream(form);

    expect(() => form.append('more', 'rows')).toThrow('already passed');
  });
});

function failed(): Readable {
  const stream = new Readable({ autoDestroy: false, read() {} });
  stream.on('error', () => {}).push(null);
  stream.push('one row too many');
  return stream;
}

function sentForm(): Readable {
  const form = new PackageForm();
  form.pipe(new PassThrough());
  return form;
}

function lengthOf(form: PackageForm): Promise<number> {
  return promisify(form.getLength.bind(form))();
}

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
