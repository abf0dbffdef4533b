import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { LocalCloudService } from './local-cloud/local-cloud.service.js';

const CALLS = 50;
const TIMEOUT_MS = 120_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKBOOK = join(ROOT, 'sample-app', 'fixtures', 'quarterly-sales.xlsx');
const PDF = join(ROOT, '.demo', 'quarterly-sales.pdf');

interface Answer {
  readonly status: number;
  readonly content: Buffer;
}

async function bootWithLocalCloud(): Promise<INestApplication> {
  // The AppModule reads .env when it is imported, and leaves variables alone that are already set.
  process.env.ASPOSE_CLIENT_ID = '';
  process.env.ASPOSE_CLIENT_SECRET = '';
  process.env.ASPOSE_BASE_URL = '';
  process.env.GROUPDOCS = '';
  process.env.CUSTOMERS_FILE = '';
  const { AppModule } = await import('./app.module.js');
  return NestFactory.create(AppModule, {
    abortOnError: false,
    forceCloseConnections: true,
    logger: ['error'],
  });
}

/** Converts the workbook many times at once; resolves to the exit code. */
async function demonstrate(app: INestApplication): Promise<number> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  console.log(`Listening on ${url}, with a local cloud.\n`);

  console.log(`POST /convert?format=pdf with ${relative(ROOT, WORKBOOK)}`);
  const workbook = new Blob([await readFile(WORKBOOK)]);
  const started = performance.now();
  const answers = await Promise.all(
    Array.from({ length: CALLS }, () => convert(url, workbook)),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const tokenRequests = app.get(LocalCloudService).countTokenRequests();

  const failed = answers.filter((answer) => !isPdf(answer));
  console.log(`  calls at once: ${CALLS}, in ${seconds} s`);
  console.log(`  answers 200 with a PDF: ${CALLS - failed.length}`);
  console.log(`  token requests: ${tokenRequests}\n`);

  const [first] = failed;
  if (first?.status === 501)
    return fail('the package aspose.cells.node is not installed.', 2);
  if (first) return fail(`${first.status}, ${first.content.toString()}`);
  if (tokenRequests !== 1) return fail('one token request should be enough.');

  const pdf = answers[0]!.content;
  await mkdir(dirname(PDF), { recursive: true });
  await writeFile(PDF, pdf);
  console.log(`Wrote ${relative(ROOT, PDF)}, ${pdf.length} bytes.`);
  return 0;
}

async function convert(url: string, workbook: Blob): Promise<Answer> {
  const body = new FormData();
  body.append('file', workbook, 'quarterly-sales.xlsx');
  const response = await fetch(`${url}/convert?format=pdf`, {
    method: 'POST',
    body,
  });
  return {
    status: response.status,
    content: Buffer.from(await response.arrayBuffer()),
  };
}

function isPdf({ status, content }: Answer): boolean {
  return status === 200 && content.subarray(0, 4).toString() === '%PDF';
}

function fail(reason: string, exitCode = 1): number {
  console.error(`Failed: ${reason}`);
  return exitCode;
}

async function run(): Promise<number> {
  const app = await bootWithLocalCloud();
  try {
    return await demonstrate(app);
  } finally {
    await app.close();
  }
}

setTimeout(() => {
  process.exit(fail(`not done after ${TIMEOUT_MS / 1000} s.`));
}, TIMEOUT_MS).unref();

process.exitCode = await run().catch((error: unknown) => {
  console.error('Failed:', error);
  return 1;
});
