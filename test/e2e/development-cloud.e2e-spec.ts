import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

import {
  Controller,
  Post,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { firstValueFrom } from 'rxjs';
import { expect, it, onTestFinished, vi } from 'vitest';

import { AsposeHttpService, RequireAsposeToken } from '../../lib/index.js';
import { eventually } from '../support/eventually.js';
import { nestApp } from '../support/nest-app.js';
import { packageManifest } from '../support/package-manifest.js';
import { platforms } from '../support/platforms.js';

const COMMAND = packageManifest.bin['nestjs-aspose-auth'];
const WORKBOOK = 'sample-app/fixtures/quarterly-sales.xlsx';

@Controller()
class ReportController {
  constructor(private readonly aspose: AsposeHttpService) {}

  @Post('pdf')
  @RequireAsposeToken()
  @UseInterceptors(FileInterceptor('file'))
  async pdf(@UploadedFile() file: Express.Multer.File): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(file.buffer)]), 'book.xlsx');
    const answer = await firstValueFrom(
      this.aspose.put<Buffer>('/v4.0/cells/convert/spreadsheet', form, {
        params: { format: 'pdf' },
        responseType: 'arraybuffer',
      }),
    );
    return answer.data.toString('latin1');
  }
}

/** Runs the built command, and waits until its cloud listens. */
async function emulate(
  prepare: (child: ChildProcessWithoutNullStreams) => void = () => {},
) {
  const child = spawn(process.execPath, [COMMAND, 'emulate', '--port', '0']);
  prepare(child);
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { printed: '', remarked: '' };
  child.stdout.on('data', (chunk) => (output.printed += String(chunk)));
  child.stderr.on('data', (chunk) => (output.remarked += String(chunk)));
  await eventually(() => expect(output.remarked).toContain('listens on'));
  return { child, exited, output };
}

it('leads an app that reads its .env to a converted PDF', async () => {
  const { output } = await emulate();
  const env = parseEnv(output.printed);
  const [express] = platforms;
  const { url } = await nestApp()
    .with({
      clientId: env['ASPOSE_CLIENT_ID'],
      clientSecret: env['ASPOSE_CLIENT_SECRET'],
      baseUrl: env['ASPOSE_BASE_URL'],
    })
    .declaring({ controllers: [ReportController] })
    .on(express)
    .start();

  const body = new FormData();
  body.append('file', new Blob([await readFile(WORKBOOK)]), 'book.xlsx');
  const answer = await fetch(`${url}/pdf`, { method: 'POST', body });

  expect(await answer.text()).toMatch(/^%PDF-/);
  // Written once the answer has ended, which its reader may know first.
  await vi.waitFor(() =>
    expect(output.remarked).toMatch(
      /^\d.* PUT \/v4\.0\/cells\/convert\/spreadsheet 200 /m,
    ),
  );
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s', async (signal) => {
  const { child, exited } = await emulate();

  child.kill(signal);

  expect(await exited).toEqual([0, null]);
});

it('goes on when nobody reads along', async () => {
  const { child, exited, output } = await emulate((started) =>
    started.stdout.destroy(),
  );
  const [url] = /http:\/\/[\d.:]+/.exec(output.remarked) ?? [];
  child.stderr.destroy();

  for (const path of ['/a', '/b'])
    expect((await fetch(`${url}${path}`)).status).toBe(401);

  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
