import { once } from 'node:events';

import {
  convertSpreadsheet,
  whyNothingConverts,
} from '../testing/conversion/convert-spreadsheet.route.js';
import {
  ENGINE_PACKAGE,
  findEngine,
} from '../testing/conversion/workbook-engine.js';
import { answering } from '../testing/emulator/api-routes.js';
import { AsposeCloudEmulator } from '../testing/emulator/aspose-cloud-emulator.js';
import type { AnsweredRequest } from '../testing/emulator/request-log.js';
import type { EmulateSettings } from './command-line.js';

const DISC = { UsedSize: 0, TotalSize: 1024 ** 3 };

/** Where a command writes: what it was asked for, and what it has to say besides. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly remark: (text: string) => void;
}

/**
 * Runs a development cloud until the signal aborts.
 *
 * Prints the `.env` that leads to it, and nothing else; that stays the same from one run to the next. Remarks on each
 * request.
 *
 * @throws {Error} the one of `node:net`, when the port cannot be listened on.
 */
export async function emulate(
  settings: EmulateSettings,
  { print, remark }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const cloud = await AsposeCloudEmulator.start({
    ...settings,
    onAnswer: (answered) => remark(logLine(answered, new Date())),
  });
  const disc = answering({ status: 200, body: DISC });
  cloud.route('GET', '/v4.0/cells/storage/disc', disc);
  cloud.route('PUT', '/v4.0/cells/convert/spreadsheet', convertSpreadsheet());

  print(environmentFor(cloud));
  remark(`
The cloud listens on ${cloud.url}, until Ctrl-C. ${conversions()}
`);
  if (!signal.aborted) await once(signal, 'abort');
  await cloud.close();
}

function environmentFor(cloud: AsposeCloudEmulator): string {
  return `# For .env: a cloud on this machine.
ASPOSE_CLIENT_ID=${cloud.clientId}
ASPOSE_CLIENT_SECRET=${cloud.clientSecret}
ASPOSE_BASE_URL=${cloud.url}
`;
}

function conversions(): string {
  return findEngine() === undefined
    ? `It answers conversions with 501: ${whyNothingConverts()}`
    : `It converts workbooks with ${ENGINE_PACKAGE}, which leaves a mark in what it makes without a licence.`;
}

/** The line of a request, without its query and headers: they may hold secrets. */
export function logLine(
  { method, path, status, tookMs }: AnsweredRequest,
  at: Date,
): string {
  const time = at.toTimeString().slice(0, 8);
  return `${time} ${method} ${path} ${status ?? 'broken off'} ${Math.round(tookMs)} ms\n`;
}
