import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

import {
  DocumentProperties,
  DocumentProperty,
  SlidesApi,
} from 'asposeslidescloud';
import { InsertWatermarkImageOnlineRequest, WordsApi } from 'asposewordscloud';
import { describe, expect, it, vi } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import { withAsposeTokens } from '../../lib/sdk/index.js';
import { HeldTokens } from '../support/held-tokens.js';
import { rejectionOf } from '../support/rejection.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type OfficialSdk, officialSdks } from './official-sdks.js';
import { type Arrival, startRecordingApi } from './recording-api.js';

const WORKBOOK = 'a workbook '.repeat(20_000);

/** Writes the workbook to a file, which is there until the test ends. */
async function workbookFile(): Promise<string> {
  const file = join(await temporaryFolder(), 'book.xlsx');
  await writeFile(file, WORKBOOK);
  return file;
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  const [{ status }] = await Promise.allSettled([call]);
  return status;
}

/** Its calls wait for a token until `tokens.go()`. */
async function start(sdk: OfficialSdk) {
  const api = await startRecordingApi();
  const tokens = new HeldTokens(undefined, [api.url]);
  const upload = sdk.connectUpload(tokens, api.url);
  const bareUpload = sdk.bareUpload(api);
  return { api, tokens, upload, bareUpload };
}

const sdks = officialSdks.map((sdk) => [sdk.name, sdk] as const);

describe.each(sdks)('What %s uploads', (_, sdk) => {
  it('is a stream of a call that got no token: it arrives in whole with the next', async () => {
    const { api, tokens, upload } = await start(sdk);
    const file = createReadStream(await workbookFile());

    const calling = rejectionOf(upload('book', file));
    await turn();
    tokens.go(new Error('no token'));
    await calling;
    tokens.go();
    await upload('book', file);

    expect(api.arrivals).toHaveLength(1);
    expect(api.arrivals[0]?.wire.body).toContain(WORKBOOK);
  });

  it.each<[string, () => Promise<Buffer | Readable>]>([
    ['bytes', async () => Buffer.from(WORKBOOK)],
    ['a file', async () => createReadStream(await workbookFile())],
    [
      'a part of a file',
      async () => createReadStream(await workbookFile(), { start: 5, end: 90 }),
    ],
    [
      'a file from some byte on',
      async () => createReadStream(await workbookFile(), { start: 7 }),
    ],
    ['a stream', async () => Readable.from([Buffer.from(WORKBOOK)])],
    ['a stream of text', async () => Readable.from([WORKBOOK, '\u00e9'])],
    ['an empty stream', async () => Readable.from([])],
    [
      'a stream with a name',
      async () =>
        Object.assign(Readable.from([WORKBOOK]), { name: 'named.pdf' }),
    ],
  ])('arrives as if without this package: %s', async (_, file) => {
    const { api, tokens, upload, bareUpload } = await start(sdk);
    const bare = await outcomeOf(bareUpload('book', await file()));
    const theirs = api.arrivals.splice(0);

    const uploading = outcomeOf(upload('book', await file()));
    await turn();
    tokens.go();

    // Of a stream whose length nobody knows, some announce a wrong one and get a 400.
    expect(await uploading).toBe(bare);
    const wires = (arrivals: Arrival[]) => arrivals.map(({ wire }) => wire);
    if (bare === 'fulfilled')
      expect(wires(api.arrivals)).toStrictEqual(wires(theirs));
  });

  it('are the bytes at the call, whatever becomes of them during the wait', async () => {
    const { api, tokens, upload } = await start(sdk);
    const file = Buffer.from(WORKBOOK);

    const uploading = upload('book', file);
    await turn();
    file.fill('x');
    tokens.go();
    await uploading;

    expect(api.arrivals[0]?.wire.body).toContain(WORKBOOK);
  });

  it.each<[string, (file: Readable) => unknown]>([
    ['listened to', (file) => file.on('data', () => {})],
    ['piped elsewhere', (file) => file.pipe(new PassThrough()).resume()],
    [
      'piped elsewhere for a while',
      (file) => file.pipe(new PassThrough()) && file.unpipe(),
    ],
    ['read elsewhere', (file) => file.on('readable', () => file.read())],
  ])('is the whole file, which is %s meanwhile', async (_, read) => {
    const { api, tokens, upload } = await start(sdk);
    const file = createReadStream(await workbookFile());

    const uploading = upload('book', file);
    await turn();
    read(file);
    await turn();
    tokens.go();
    await uploading;

    expect(api.arrivals[0]?.wire.body).toContain(WORKBOOK);
  });

  it('is what another reader gets, too', async () => {
    const { api, tokens, upload } = await start(sdk);
    const file = createReadStream(await workbookFile());
    const copy = buffer(file.pipe(new PassThrough()));

    const uploading = upload('book', file);
    await turn();
    tokens.go();
    await uploading;

    expect(api.arrivals[0]?.wire.body).toContain(WORKBOOK);
    expect((await copy).toString()).toBe(WORKBOOK);
  });
});

/** A stream that sends a little and then waits. */
function unfinished(): PassThrough {
  const stream = new PassThrough();
  stream.write('some bytes');
  return stream;
}

const failure = new Error('The disk is gone.');

describe.each(sdks)('A stream that fails in an upload of %s', (_, sdk) => {
  it('because there is no such file has the call reject, cold', async () => {
    const { api, tokens, upload } = await start(sdk);

    const uploading = rejectionOf(
      upload('book', createReadStream('/no/such/book.xlsx')),
    );
    await turn();
    await turn();
    tokens.go();

    expect(await uploading).toMatchObject({
      message: expect.stringContaining('ENOENT'),
    });
    expect(api.arrivals).toStrictEqual([]);
  });

  it('because there is no such file has the call reject, with a token at hand', async () => {
    const { api, tokens, upload } = await start(sdk);
    tokens.go();

    expect(
      await rejectionOf(upload('book', createReadStream('/no/such/book.xlsx'))),
    ).toMatchObject({ message: expect.stringContaining('ENOENT') });
    expect(api.arrivals).toStrictEqual([]);
  });

  it.each<[string, (file: Readable, moment: string) => void]>([
    ['fails', (file) => file.destroy(failure)],
    ['is closed', (file) => file.destroy()],
  ])('which %s, has the call reject whenever that is', async (_, fail) => {
    const { api, tokens, upload } = await start(sdk);
    const [before, atCall, waiting, sending] = [
      unfinished(),
      unfinished(),
      unfinished(),
      unfinished(),
    ];
    before.on('error', () => {});
    fail(before, 'before');
    await turn();

    fail(
      atCall.on('error', () => {}),
      'at the call',
    );
    const calls = [before, atCall, waiting, sending].map(async (file) =>
      rejectionOf(upload('book', file)),
    );
    await turn();
    fail(waiting, 'waiting');
    await turn();
    tokens.go();
    await turn();
    await turn();
    await turn();
    fail(sending, 'sending');

    for (const error of await Promise.all(calls))
      expect(error).toMatchObject({
        message: expect.stringMatching(
          /The disk is gone\.|[Pp]remature close|failed or closed before the call/,
        ),
      });
    expect(api.arrivals).toStrictEqual([]);
  });

  it('which was read before, has the call reject', async () => {
    const { api, tokens, upload } = await start(sdk);
    tokens.go();
    const file = createReadStream(await workbookFile());
    await buffer(file);

    expect(await rejectionOf(upload('book', file))).toMatchObject({
      code: AsposeAuthErrorCode.BODY_USED_UP,
      message: expect.stringContaining('read, failed or closed before'),
    });
    expect(api.arrivals).toStrictEqual([]);
  });

  it('is nobody’s concern when there is no token', async () => {
    const { tokens, upload } = await start(sdk);
    const file = unfinished();

    const uploading = rejectionOf(upload('book', file));
    await turn();
    tokens.go(new Error('There is no token.'));
    await uploading;
    file.destroy(failure);
    await turn();

    expect(file.listenerCount('data')).toBe(0);
  });
});

describe('Words, with two streams in a call,', () => {
  async function startTwo() {
    const api = await startRecordingApi();
    const tokens = new HeldTokens(undefined, [api.url]);
    const words = withAsposeTokens(
      new WordsApi('external', 'external', api.url),
      tokens,
    );
    const call = async (document: Readable, imageFile: Readable) =>
      words.insertWatermarkImageOnline(
        new InsertWatermarkImageOnlineRequest({ document, imageFile }),
      );
    const bare = new WordsApi('client', 'secret', api.url);
    return { api, tokens, call, bare };
  }

  it('sends what arrives without this package', async () => {
    const { api, tokens, call, bare } = await startTwo();
    const streams = () => [
      Readable.from(['document']),
      Readable.from(['image']),
    ];
    const [document, imageFile] = streams() as [Readable, Readable];
    // The answer is none that it understands.
    await bare
      .insertWatermarkImageOnline(
        new InsertWatermarkImageOnlineRequest({ document, imageFile }),
      )
      .catch(() => {});

    const calling = call(...(streams() as [Readable, Readable]));
    tokens.go();
    await calling.catch(() => {});

    const [theirs, ours] = api.arrivals;
    expect(ours?.wire.body).toContain('image');
    expect(ours?.wire).toStrictEqual(theirs?.wire);
  });

  it.each([
    ['first', 'while it waits', 0, 'wait'],
    ['second', 'while it waits', 1, 'wait'],
    ['first', 'while it is sent', 0, 'send'],
    ['second', 'while it is sent', 1, 'send'],
  ])(
    'rejects where the %s fails %s: the process does not end',
    async (_one, _when, position, moment) => {
      const { api, tokens, call } = await startTwo();
      const streams = [Readable.from(['document']), Readable.from(['image'])];
      streams[position] = unfinished();

      const calling = rejectionOf(call(...(streams as [Readable, Readable])));
      await turn();
      if (moment === 'wait') streams[position]?.destroy(failure);
      tokens.go();
      for (let tick = 0; tick < 5; tick += 1) await turn();
      streams[position]?.destroy(failure);

      expect(await calling).toMatchObject({ message: failure.message });
      expect(api.arrivals).toStrictEqual([]);
    },
  );
});

describe('Slides', () => {
  it('sends a model as it was at the call', async () => {
    const { api, tokens } = await start(officialSdks[3]!);
    const slides = withAsposeTokens(
      new SlidesApi('external', 'external', api.url),
      tokens,
    );
    const properties = new DocumentProperties();
    const property = new DocumentProperty();
    property.name = 'Author';
    property.value = 'me';
    properties.list = [property];

    const setting = slides.setDocumentProperties('deck.pptx', properties);
    property.value = 'somebody else';
    properties.list = [];
    tokens.go();
    await setting;

    expect(api.arrivals[0]?.wire.body).toContain('"me"');
  });
});

describe.each(sdks)('%s asks for a token', (_, sdk) => {
  it('before anything else can happen', async () => {
    const { tokens, upload } = await start(sdk);
    const asking = vi.spyOn(tokens, 'getToken');

    // Microtasks alone come before: no stream emits anything meanwhile, where the caller awaits something too.
    const uploading = upload('book', Buffer.from(WORKBOOK));
    await new Promise((resolve) => process.nextTick(resolve));

    expect(asking).toHaveBeenCalledOnce();
    tokens.go();
    await uploading;
  });
});
