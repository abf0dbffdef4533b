import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import type { RouteHandler } from 'nestjs-aspose-auth/testing';

import {
  ENGINE_PACKAGE,
  loadWorkbookEngine,
  type WorkbookEngine,
} from './workbook-engine.js';

/** Answers `PUT /v4.0/cells/convert/spreadsheet?format=…` as Aspose Cells Cloud does. */
export function convertSpreadsheet(
  loadEngine: () => Promise<WorkbookEngine | undefined> = loadWorkbookEngine,
): RouteHandler {
  return async (request, response) => {
    const engine = await loadEngine();
    if (!engine)
      return answerError(response, 501, `${ENGINE_PACKAGE} is not installed.`);
    const workbook = await uploadedFile(request);
    if (!workbook?.length)
      return answerError(response, 400, 'The request has no workbook.');
    try {
      const converted = engine.convert(workbook, formatOf(request));
      response.setHeader('Content-Type', 'application/octet-stream');
      response.end(converted);
    } catch (error) {
      answerError(response, 400, String(error));
    }
  };
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

function answerError(
  response: ServerResponse,
  status: number,
  message: string,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ Error: { Code: 'error', Message: message } }));
}
