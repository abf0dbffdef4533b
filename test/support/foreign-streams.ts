import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

/** What the packages below have in common. None of them comes with types. */
interface Packed extends Readable {
  append(...entry: unknown[]): void;
  entry(header: object, content: Buffer): void;
  finalize(): void;
  getHeaders(): Record<string, string>;
}

type ReadableStatic = typeof Readable;

const load = createRequire(__filename);
const archiver = load('archiver') as (format: string) => Packed;
const FormDataOfPackage = load('form-data') as new () => Packed;
const rs3 = load('readable-stream-3') as { Readable: ReadableStatic };
const rs4 = load('readable-stream') as { Readable: ReadableStatic };
const tar = load('tar-stream') as { pack(): Packed };
const through2 = load('through2') as {
  transform(
    each: (chunk: Buffer, encoding: string, done: Done) => void,
  ): NodeJS.ReadWriteStream;
};

type Done = (error: Error | null, chunk?: Buffer) => void;

/** More than a stream holds ready at once. */
const WORKBOOK = `${__dirname}/../../package-lock.json`;
const ROWS = Buffer.alloc(9_000, 'row');

/** Streams that are none of Node's own class, made by the packages themselves. */
export const FOREIGN_STREAMS: Readonly<
  Record<string, (failure?: Error) => Readable>
> = {
  'form-data': (failure) => {
    const form = new FormDataOfPackage();
    form.append('name', 'a workbook');
    form.append('rows', ROWS, { filename: 'rows.bin' });
    form.append('file', failure ? failing(failure) : workbook(), {
      filename: 'report.xlsx',
      knownLength: sizeOfWorkbook(),
    });
    return form;
  },
  archiver: (failure) => {
    const archive = archiver('zip');
    archive.append(workbook(), { name: 'report.xlsx', date: new Date(0) });
    if (failure) setImmediate(() => archive.emit('error', failure));
    else archive.finalize();
    return archive;
  },
  through2: (failure) => {
    let chunks = 0;
    const through = through2.transform((chunk, _, done) => {
      chunks += 1;
      done(failure && chunks > 1 ? failure : null, chunk);
    });
    return workbook().pipe(through) as unknown as Readable;
  },
  'tar-stream': (failure) => {
    const pack = tar.pack();
    pack.entry({ name: 'rows.bin', mtime: new Date(0) }, ROWS);
    if (failure) setImmediate(() => pack.destroy(failure));
    else pack.finalize();
    return pack;
  },
  'readable-stream 3': (failure) => rowsOf(rs3.Readable, failure),
  'readable-stream 4': (failure) => rowsOf(rs4.Readable, failure),
  'Node itself': (failure) => rowsOf(Readable, failure),
};

function rowsOf(Class: ReadableStatic, failure?: Error): Readable {
  let rows = 0;
  return new Class({
    read(this: Readable) {
      rows += 1;
      if (failure && rows === 3) this.destroy(failure);
      else this.push(rows <= 40 ? ROWS : null);
    },
  });
}

function failing(failure: Error): Readable {
  return rowsOf(Readable, failure);
}

function workbook(): Readable {
  return createReadStream(WORKBOOK);
}

function sizeOfWorkbook(): number {
  return readFileSync(WORKBOOK).length;
}
