import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { TokenClock } from '../../../../lib/index.js';
import { ManualTokenClock } from '../../../../lib/testing/index.js';
import { WorkbookConverter } from '../../../../lib/testing/conversion/workbook-converter.js';
import { eventually } from '../../../support/eventually.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

/** Converts by repeating the format, and knows how to fail and how to die. */
const PROGRAM = `
process.on('disconnect', () => process.exit());
process.on('message', ({ format }) => {
  if (format === 'die') process.exit(3);
  if (format === 'hang') for (;;);
  if (format === 'fail') process.send({ problem: 'no such format' });
  else process.send({ converted: Buffer.from(format + process.pid) });
});
`;

async function converter(clock?: TokenClock) {
  const program = join(await temporaryFolder(), 'program.cjs');
  await writeFile(program, PROGRAM);
  const workbooks = new WorkbookConverter(program, clock);
  return (format: string) =>
    workbooks
      .convert({ engine: 'none', workbook: Buffer.of(1), format })
      .then((converted) => Buffer.from(converted).toString());
}

describe('WorkbookConverter', () => {
  it('gives each caller what it asked for, by one process', async () => {
    const convert = await converter();

    const [pdf, csv] = await Promise.all([convert('pdf'), convert('csv')]);

    expect(pdf).toMatch(/^pdf\d+$/);
    expect(csv.slice(3)).toBe(pdf.slice(3));
    expect(pdf.slice(3)).not.toBe(String(process.pid));
  });

  it('rejects with the reason, and goes on', async () => {
    const convert = await converter();

    await expect(convert('fail')).rejects.toThrow('no such format');
    expect(await convert('pdf')).toMatch(/^pdf/);
  });

  it('goes on in another process when one conversion ends it', async () => {
    const convert = await converter();
    const first = await convert('pdf');

    const [died, next, last] = await Promise.allSettled([
      convert('die'),
      convert('pdf'),
      convert('pdf'),
    ]);

    expect(died).toMatchObject({
      reason: { message: 'The process that converts has stopped (3).' },
    });
    expect(next).not.toMatchObject({ value: first });
    expect(last).toStrictEqual(next);
  });

  it('gives up a conversion that does not end, and no other', async () => {
    const clock = new ManualTokenClock();
    const convert = await converter(clock);
    const waiting = Promise.allSettled([convert('hang'), convert('pdf')]);
    await eventually(() => expect(clock.scheduled.all).toBe(1));

    await clock.advance(100_000);

    const [hung, next] = await waiting;

    expect(hung).toMatchObject({
      reason: { message: 'The conversion took more than 100 s.' },
    });
    expect(next).toMatchObject({ value: expect.stringMatching(/^pdf/) });
  });

  it('says so when no process can be started', async () => {
    const { execPath } = process;
    onTestFinished(() => void (process.execPath = execPath));
    const convert = await converter();
    process.execPath = '/no/such/node';
    await expect(convert('pdf')).rejects.toThrow('ENOENT');

    process.execPath = execPath;

    expect(await convert('pdf')).toMatch(/^pdf/);
  });
});
