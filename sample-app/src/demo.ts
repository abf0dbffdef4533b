import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LocalCloudService } from './local-cloud/local-cloud.service.js';
import { ENGINE_PACKAGE } from './local-cloud/workbook-engine.js';

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
  // Before the AppModule is loaded, as that reads .env: what is set already wins.
  process.env.ASPOSE_CLIENT_ID = '';
  process.env.ASPOSE_CLIENT_SECRET = '';
  process.env.ASPOSE_BASE_URL = '';
  const { AppModule } = await import('./app.module.js');
  return NestFactory.create(AppModule, {
    abortOnError: false,
    forceCloseConnections: true,
    logger: ['error'],
  });
}

/** Resolves with the exit code of the demo. */
async function demonstrate(app: INestApplication): Promise<number> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  console.log(`The sample app listens on ${url} and uses a local cloud,`);
  console.log('whatever credentials the environment holds.\n');

  console.log(`POST /convert?format=pdf with ${relative(ROOT, WORKBOOK)}`);
  const workbook = new Blob([await readFile(WORKBOOK)]);
  const started = performance.now();
  const answers = await Promise.all(
    Array.from({ length: CALLS }, () => convert(url, workbook)),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const tokenRequests = await app.get(LocalCloudService).countTokenRequests();

  const failed = answers.filter((answer) => !isPdf(answer));
  console.log(`  calls at once: ${CALLS}, in ${seconds} s`);
  console.log(`  answers 200 with a PDF: ${CALLS - failed.length}`);
  console.log(`  token requests: ${tokenRequests}\n`);

  if (failed[0]?.status === 501) {
    console.error(`Failed: the package ${ENGINE_PACKAGE} is not installed.`);
    return 2;
  }
  if (failed[0]) {
    console.error(
      `Failed: ${failed[0].status}, ${failed[0].content.toString()}`,
    );
    return 1;
  }
  if (tokenRequests !== 1) {
    console.error('Failed: one token request should have been enough.');
    return 1;
  }
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

async function run(): Promise<number> {
  const app = await bootWithLocalCloud();
  try {
    return await demonstrate(app);
  } finally {
    await app.close();
  }
}

setTimeout(() => {
  console.error(`Failed: not done after ${TIMEOUT_MS / 1000} s.`);
  process.exit(1);
}, TIMEOUT_MS).unref();

process.exitCode = await run().catch((error: unknown) => {
  console.error('Failed:', error);
  return 1;
});
