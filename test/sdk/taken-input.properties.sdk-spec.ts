import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  TasksApi,
  UploadFileRequest as TasksUpload,
} from '@asposecloud/aspose-tasks-cloud';
import { CellsApi, UploadFileRequest as CellsUpload } from 'asposecellscloud';
import {
  InsertWatermarkImageOnlineRequest,
  UploadFileRequest as WordsUpload,
  WordsApi,
} from 'asposewordscloud';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { withAsposeTokens } from '../../lib/sdk/index.js';
import { HeldTokens } from '../support/held-tokens.js';
import { startRecordingApi } from './recording-api.js';

const RUNS = 20;
const SEED = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);

/** A call that hangs is known by this. */
const HANGS_MS = 5_000;

/** Uploads of one file and of two, in the way of each SDK. */
interface Upload {
  file(content: Buffer | Readable, bytes: number): Promise<unknown>;
  nested(one: Buffer, two: Buffer): Promise<unknown>;
}

const options = (knownLength: number) => ({
  filename: 'book.xlsx',
  contentType: 'application/x-book',
  // Without it a stream's form announces a length that is wrong.
  knownLength,
});

const sdks: Record<
  string,
  {
    create(url: string): object;
    upload(api: object): Upload;
  }
> = {
  Cells: {
    create: (url) => new CellsApi('client', 'secret', 'v3.0', url),
    upload(api) {
      const send = async (uploadFiles: object) =>
        (api as CellsApi).uploadFile(
          new CellsUpload({ path: 'book', uploadFiles }),
        );
      return {
        file: (value, bytes) =>
          send({ file: { value, options: options(bytes) } }),
        nested: (one, two) =>
          send({
            one,
            two: [two, { value: two, options: options(two.length) }],
          }),
      };
    },
  },
  Words: {
    create: (url) => new WordsApi('client', 'secret', url),
    upload: (api) => ({
      file: async (content) =>
        (api as WordsApi).uploadFile(
          new WordsUpload({ path: 'book', fileContent: content as Readable }),
        ),
      nested: async (one, two) =>
        (api as WordsApi).insertWatermarkImageOnline(
          new InsertWatermarkImageOnlineRequest({
            document: one as unknown as Readable,
            imageFile: two as unknown as Readable,
          }),
        ),
    }),
  },
  Tasks: {
    create: (url) => new TasksApi('client', 'secret', url),
    upload(api) {
      const send = async (file: object) =>
        (api as TasksApi).uploadFile(
          new TasksUpload({ path: 'book', file: file as Buffer }),
        );
      return {
        file: (value, bytes) => send({ value, options: options(bytes) }),
        nested: (one) => send({ value: one, options: options(one.length) }),
      };
    },
  },
};

/** Something to upload, and what its owner does with it after the call. */
interface Case {
  /** The call, and the same without its owner's doings for an SDK as it is; undefined where that one hangs. */
  call(upload: Upload): Promise<unknown>;
  bare: ((upload: Upload) => Promise<unknown>) | undefined;
  meddle(): void;
}

const failure = new Error('The disk is gone.');

/** A stream that brings its chunks one after the other. */
function slowly(chunks: readonly Buffer[], end: (stream: PassThrough) => void) {
  const stream = new PassThrough({ highWaterMark: 1024 });
  const next = (index: number) => {
    if (stream.destroyed) return;
    const chunk = chunks[index];
    if (chunk === undefined) return end(stream);
    stream.write(chunk);
    setImmediate(next, index + 1);
  };
  setImmediate(next, 0);
  return stream;
}

const kinds: Record<string, (chunks: Buffer[]) => Case> = {
  'a buffer': (chunks) => {
    const bytes = Buffer.concat(chunks);
    const copy = Buffer.from(bytes);
    return {
      call: (upload) => upload.file(bytes, bytes.length),
      bare: (upload) => upload.file(copy, copy.length),
      meddle: () => bytes.fill('!'),
    };
  },
  'a nested form': (chunks) => {
    const bytes = Buffer.concat(chunks);
    const [one, two] = [Buffer.from(bytes), Buffer.from(bytes.toReversed())];
    const [oneCopy, twoCopy] = [Buffer.from(one), Buffer.from(two)];
    return {
      call: (upload) => upload.nested(one, two),
      bare: (upload) => upload.nested(oneCopy, twoCopy),
      meddle() {
        one.fill('!');
        two.fill('!');
      },
    };
  },
  'a stream with a second reader': (chunks) => {
    const bytes = Buffer.concat(chunks);
    const stream = slowly(chunks, (source) => source.end());
    return {
      call: (upload) => upload.file(stream, bytes.length),
      bare: (upload) => upload.file(Readable.from(chunks), bytes.length),
      meddle: () => void stream.on('data', () => {}),
    };
  },
  'a failing stream': (chunks) => {
    const stream = slowly(chunks, (source) => source.destroy(failure));
    const bytes = Buffer.concat(chunks).length + 1;
    return {
      call: (upload) => upload.file(stream, bytes),
      bare: undefined,
      meddle: () => {},
    };
  },
  'an ended stream': (chunks) => {
    const stream = Readable.from(chunks).resume();
    return {
      async call(upload) {
        await new Promise((resolve) => stream.once('end', resolve));
        return upload.file(stream, 1);
      },
      bare: undefined,
      meddle: () => {},
    };
  },
};

type Api = Awaited<ReturnType<typeof startRecordingApi>>;

const waits: Record<
  string,
  {
    tokens(origin: string): HeldTokens;
    /** What ends the wait. */
    end(tokens: HeldTokens): void;
    isUnauthorized?: boolean;
  }
> = {
  'with a token at hand': {
    tokens(origin) {
      const tokens = new HeldTokens(undefined, [origin]);
      tokens.go();
      return tokens;
    },
    end: () => {},
  },
  cold: {
    tokens: (origin) => new HeldTokens(undefined, [origin]),
    end: (tokens) => tokens.go(),
  },
  'while a token that is valid for long enough is asked for in vain': {
    tokens: (origin) => new HeldTokens('first', [origin]),
    end: (tokens) => tokens.go(new Error('There is no other token.')),
  },
  'and is answered 401': {
    tokens: (origin) => new HeldTokens(undefined, [origin]),
    end: (tokens) => tokens.go(),
    isUnauthorized: true,
  },
};

/** How a call ended. */
async function outcomeOf(call: Promise<unknown>) {
  const hanging = new AbortController();
  const outcome = await Promise.race([
    call.then(
      () => 'fulfilled',
      (error: unknown) => `rejected: ${(error as Error).message}`,
    ),
    sleep(HANGS_MS, 'hangs', { signal: hanging.signal }).catch(() => ''),
  ]);
  hanging.abort();
  return outcome;
}

async function run(
  { create, upload }: (typeof sdks)[string],
  api: Api,
  { call, bare, meddle }: Case,
  wait: (typeof waits)[string],
) {
  const tokens = wait.tokens(api.url);
  api.arrivals.length = 0;
  const calling = outcomeOf(
    call(upload(withAsposeTokens(create(api.url), tokens))),
  );
  await new Promise((resolve) => process.nextTick(resolve));
  meddle();
  await new Promise((resolve) => setImmediate(resolve));
  wait.end(tokens);
  const ours = {
    outcome: await calling,
    arrivals: api.arrivals.splice(0).map(({ wire }) => wire),
  };
  const theirs = bare && {
    outcome: await outcomeOf(bare(upload(create(api.url)))),
    arrivals: api.arrivals.splice(0).map(({ wire }) => wire),
  };
  return { ours, theirs };
}

const contents = fc.array(
  fc
    .record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      times: fc.constantFrom(1, 7, 400),
    })
    .map(({ bytes, times }) => Buffer.alloc(bytes.length * times, bytes)),
  { minLength: 1, maxLength: 4 },
);

const pairs = Object.keys(sdks).flatMap((sdk) =>
  Object.keys(kinds).flatMap((kind) =>
    Object.keys(waits).map((wait) => [sdk, kind, wait] as const),
  ),
);

describe(`What an SDK is handed (FAST_CHECK_SEED=${SEED})`, () => {
  it.each(pairs)(
    'is sent as at the call, or the call rejects: by %s, %s, %s',
    async (sdkName, kind, waitName) => {
      const sdk = sdks[sdkName]!;
      const wait = waits[waitName]!;
      const api = await startRecordingApi();
      if (wait.isUnauthorized) api.revoke('first');

      await fc.assert(
        fc.asyncProperty(contents, async (chunks) => {
          const { ours, theirs } = await run(
            sdk,
            api,
            kinds[kind]!(chunks),
            wait,
          );

          const isStream = kind.includes('stream');
          if (theirs === undefined || (wait.isUnauthorized && isStream))
            expect(ours.outcome).toMatch(/^rejected: ./);
          else expect(ours.outcome).toBe(theirs.outcome);
          // What arrives is what would have without this package: once, and again after a 401.
          const attempts = wait.isUnauthorized && !isStream ? 2 : 1;
          expect(ours.arrivals).toStrictEqual(
            theirs === undefined
              ? []
              : Array.from({ length: attempts }, () => theirs.arrivals[0]),
          );
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
  );
});
