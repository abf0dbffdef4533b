import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';

/** What a client is called with, whichever it is. */
export interface Call {
  readonly url: string | URL;
  readonly headers?: Record<string, string>;
  readonly params?: unknown;
  readonly data?: unknown;
}

/** What is handed over with one call, and what its owner does with it later. */
export interface HandedOver {
  readonly call: Call;
  readonly spoil: () => void;
}

/** What decides how an input looks and how it is spoilt. */
export interface Shape {
  /** Where the call is made to. */
  readonly url: string;
  /** Another host, which listens as well. */
  readonly elsewhere: string;
  readonly bytes: Uint8Array;
  readonly variant: number;
}

/** Makes an input, the same one for the same shape. */
export type Input = (shape: Shape) => HandedOver;

/** The part of the `form-data` package that is used. */
interface PackageForm extends Readable {
  append(name: string, value: unknown, options?: object): void;
}

const FormDataOfPackage = createRequire(__filename)(
  'form-data',
) as new () => PackageForm;

/** Inputs whose call arrives as if nobody had spoilt them. */
export const INPUTS = {
  'a URL object': ({ url, elsewhere, variant }) => {
    const target = new URL(`${url}?page=1`);
    const spoil = choose(variant, [
      () => void (target.host = elsewhere),
      () => void (target.pathname = '/another'),
      () => target.searchParams.set('page', '3'),
      () => void (target.href = `http://${elsewhere}/another`),
    ]);
    return { call: { url: target }, spoil };
  },

  'URLSearchParams as the body': ({ url, bytes }) => {
    const data = new URLSearchParams({ rows: hex(bytes) });
    return { call: { url, data }, spoil: () => data.set('rows', 'spoilt') };
  },

  'a form': ({ url, bytes, variant }) => {
    const data = new FormData();
    data.append('name', 'a workbook');
    data.append('file', new Blob([bytes]), 'report.xlsx');
    const spoil = choose(variant, [
      () => data.set('name', 'spoilt'),
      () => data.append('more', 'spoilt'),
      () => data.delete('file'),
    ]);
    return { call: { url, data }, spoil };
  },

  'a buffer': ({ url, bytes }) => {
    const data = Buffer.from(bytes);
    return { call: { url, data }, spoil: () => void data.fill(0x21) };
  },

  'a view': ({ url, bytes, variant }) => {
    const around = new Uint8Array(bytes.length + 16);
    around.set(bytes, 8);
    const data = choose<ArrayBufferView>(variant, [
      around.subarray(8, 8 + bytes.length),
      new DataView(around.buffer, 8, bytes.length),
    ]);
    return { call: { url, data }, spoil: () => void around.fill(0x21) };
  },

  'an ArrayBuffer': ({ url, bytes }) => {
    const data = Uint8Array.from(bytes);
    return {
      call: { url, data: data.buffer },
      spoil: () => void data.fill(0x21),
    };
  },

  'an array of views': ({ url, bytes }) => {
    const data = [Uint8Array.from(bytes.subarray(0, 64)), Buffer.from('row')];
    return {
      call: { url, data },
      spoil: () => data.forEach((view) => view.fill(0x21)),
    };
  },

  headers: ({ url, bytes }) => {
    const headers: Record<string, string> = { 'x-account': hex(bytes) };
    const spoil = () => void (headers['x-account'] = 'spoilt');
    return { call: { url, headers }, spoil };
  },

  'a stream that somebody else reads as well': ({
    url,
    bytes,
    variant,
    ...rest
  }) => {
    const data = streamOf({ url, bytes, variant, ...rest });
    const read = choose(variant >> 2, [
      () => data.on('data', () => {}),
      () => data.pipe(new PassThrough()).resume(),
      () => data.resume(),
      () => data.on('data', () => {}).unpipe(),
    ]);
    // Some are read already when they are handed over.
    const isReadBefore = (variant >> 4) % 2 === 1;
    if (isReadBefore) read();
    return { call: { url, data }, spoil: isReadBefore ? () => {} : read };
  },
} as const satisfies Record<string, Input>;

/** Inputs of axios alone. */
export const AXIOS_INPUTS = {
  'URLSearchParams as parameters': ({ url, bytes }) => {
    const params = new URLSearchParams({ page: hex(bytes) });
    return { call: { url, params }, spoil: () => params.set('page', '3') };
  },

  'nested parameters': ({ url, bytes, variant }) => {
    const params = {
      filter: { rows: [1, { id: hex(bytes) }], since: new Date(0) },
    };
    const spoil = choose(variant, [
      () => void params.filter.rows.splice(0),
      () => void Object.assign(params.filter.rows[1] as object, { id: 'x' }),
      () => void params.filter.since.setFullYear(2030),
    ]);
    return { call: { url, params }, spoil };
  },

  'a form of the form-data package': ({ url, bytes, variant }) => {
    const data = new FormDataOfPackage();
    const rows = Buffer.from(bytes);
    data.append('name', 'a workbook');
    data.append('rows', rows, { filename: 'rows.bin' });
    if (variant % 2 === 0)
      data.append('file', createReadStream(fileOf(bytes)), {
        filename: 'report.xlsx',
      });
    const spoil = choose(variant >> 1, [
      () => void rows.fill(0x21),
      () => assert.throws(() => data.append('more', ''), /already passed/),
    ]);
    return { call: { url, data }, spoil };
  },

  'a stream of a stated length that somebody else reads as well': (shape) => {
    const { call, spoil } =
      INPUTS['a stream that somebody else reads as well'](shape);
    const headers = { 'content-length': String(shape.bytes.length) };
    return { call: { ...call, headers }, spoil };
  },
} as const satisfies Record<string, Input>;

/** Inputs of fetch alone. */
export const FETCH_INPUTS = {
  'a web stream that somebody else wants to read as well': ({ url, bytes }) => {
    const data = new Blob([bytes]).stream();
    const spoil = () => {
      try {
        void data.getReader().read();
      } catch {
        // It is locked already.
      }
    };
    return { call: { url, data }, spoil };
  },

  'settings that are changed': ({ url, bytes }) => {
    const data = Buffer.from(bytes);
    const call: { url: string; data: unknown } = { url, data };
    return { call, spoil: () => void (call.data = 'spoilt') };
  },
} as const satisfies Record<string, Input>;

/** An input that no call can be made with. */
export interface HopelessInput {
  readonly input: Input;
  /** What the call fails with: the message or the code of an error. */
  readonly failure: RegExp;
}

/** Inputs whose call fails, and does not stay open. */
export const HOPELESS_INPUTS: Readonly<Record<string, HopelessInput>> = {
  'a stream that fails': {
    failure: /^the disk is gone$/,
    input: ({ url, bytes }) => {
      const data = new PassThrough();
      if (bytes.length > 0) data.write(bytes);
      const spoil = () => void data.destroy(new Error('the disk is gone'));
      return { call: { url, data }, spoil };
    },
  },

  'a stream that closes early': {
    // The latter by axios itself, when the request has begun.
    failure: /^ERR_STREAM_PREMATURE_CLOSE$|^ERR_CANCELED$/,
    input: ({ url, bytes }) => {
      const data = new PassThrough();
      if (bytes.length > 0) data.write(bytes);
      return { call: { url, data }, spoil: () => void data.destroy() };
    },
  },

  'a stream that is done': {
    failure: /^ASPOSE_AUTH_BODY_USED_UP$/,
    input: ({ url, variant }) => {
      const data = new PassThrough();
      const failure = choose(variant, [
        undefined,
        new Error('the disk is gone'),
      ]);
      data.on('error', () => {}).destroy(failure);
      return { call: { url, data }, spoil: () => {} };
    },
  },
};

function streamOf({ bytes, variant }: Shape): Readable {
  const half = bytes.length >> 1;
  // The platform's fetch waits for ever after an empty chunk.
  const chunks = [bytes.subarray(0, half), bytes.subarray(half)].filter(
    ({ length }) => length > 0,
  );
  return choose(variant, [
    () => Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
    () => createReadStream(fileOf(bytes)),
    () => {
      const stream = new PassThrough({ highWaterMark: 1 << 20 });
      for (const chunk of chunks) stream.write(chunk);
      return stream.end();
    },
  ])();
}

const folder = mkdtempSync(join(tmpdir(), 'handed-over-'));

function fileOf(bytes: Uint8Array): string {
  const path = join(folder, `${bytes.length}-${bytes[0] ?? 0}.bin`);
  writeFileSync(path, bytes);
  return path;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 32)).toString('hex');
}

function choose<T>(variant: number, of: readonly T[]): T {
  return of[variant % of.length] as T;
}
