import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import {
  answering,
  errorAnswer,
  type EmulatorAnswer,
  type RouteHandler,
} from '../emulator/api-routes.js';
import { WorkbookConverter } from './workbook-converter.js';
import { ENGINE_PACKAGE, findEngine } from './workbook-engine.js';

const TYPE = { 'Content-Type': 'application/octet-stream' };

/**
 * Makes the handler that answers `PUT /v4.0/cells/convert/spreadsheet` as Aspose Cells Cloud does, by a real conversion.
 *
 * It converts with the package `aspose.cells.node` of the project, in a child process; where that is not installed, it
 * answers 501. The package is commercial: without a licence it leaves a mark in what it makes.
 *
 * @example
 * ```ts
 * cloud.route('PUT', '/v4.0/cells/convert/spreadsheet', convertSpreadsheet());
 * ```
 */
export function convertSpreadsheet(): RouteHandler {
  const converter = new WorkbookConverter();
  return async (request, response) => {
    const answer = await converted(request, converter);
    if (answer instanceof Uint8Array) {
      response.writeHead(200, TYPE).end(answer);
    } else {
      await answering(answer)(request, response);
    }
  };
}

async function converted(
  request: IncomingMessage,
  converter: WorkbookConverter,
): Promise<Uint8Array | EmulatorAnswer> {
  const engine = findEngine();
  if (engine === undefined)
    return errorAnswer(501, 'error', whyNothingConverts());
  const workbook = await uploadedFile(request);
  if (!workbook?.length)
    return errorAnswer(400, 'error', 'The request has no workbook.');
  try {
    const format = formatOf(request);
    return await converter.convert({ engine, workbook, format });
  } catch (error) {
    return errorAnswer(400, 'error', (error as Error).message);
  }
}

/** What to do where the engine is not installed. */
export function whyNothingConverts(): string {
  return `${ENGINE_PACKAGE} is not installed in ${process.cwd()}: npm i -D ${ENGINE_PACKAGE}, then start this again.`;
}

function formatOf(request: IncomingMessage): string {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  return searchParams.get('format') ?? '';
}

/** The first file of a multipart body, in any field. */
async function uploadedFile(
  request: IncomingMessage,
): Promise<Uint8Array | undefined> {
  const body = new Response(Readable.toWeb(request) as ReadableStream, {
    headers: { 'Content-Type': request.headers['content-type'] ?? '' },
  });
  const form = await body.formData().catch(() => new FormData());
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file && new Uint8Array(await file.arrayBuffer());
}
