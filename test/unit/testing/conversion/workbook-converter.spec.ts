import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { WorkbookConverter } from '../../../../lib/testing/conversion/workbook-converter.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

/** Converts by repeating the format, and knows how to fail and how to die. */
const PROGRAM = `
process.on('disconnect', () => process.exit());
process.on('message', ({ id, format }) => {
  if (format === 'die') process.exit(3);
  if (format === 'fail') process.send({ id, problem: 'no such format' });
  else process.send({ id, converted: Buffer.from(format + process.pid) });
});
`;

async function converter() {
  const program = join(await temporaryFolder(), 'program.cjs');
  await writeFile(program, PROGRAM);
  const workbooks = new WorkbookConverter(program);
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

  it('rejects all that wait when the process dies, and starts another', async () => {
    const convert = await converter();
    const first = await convert('pdf');

    const waiting = [convert('die'), convert('pdf')];

    for (const outcome of await Promise.allSettled(waiting))
      expect(outcome).toMatchObject({
        reason: { message: 'The process that converts has stopped (3).' },
      });
    expect(await convert('pdf')).not.toBe(first);
  });
});
