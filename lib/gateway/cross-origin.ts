import type { IncomingHttpHeaders } from 'node:http';

/** Methods that change nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a browser would run as a script of the app's. */
const SCRIPTS = new Set([
  'audioworklet',
  'paintworklet',
  'script',
  'serviceworker',
  'sharedworker',
  'style',
  'worker',
  'xslt',
]);

/**
 * Whether a page of another origin makes a request that changes something. A caller that is no browser says nothing of it, and
 * is let through.
 *
 * @param trustedOrigins - as `URL.origin` writes them.
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isCrossOriginWrite(
  method: string,
  headers: IncomingHttpHeaders,
  trustedOrigins: readonly string[],
): boolean {
  // HTTP/2 has the authority in place of the host.
  const { origin, host = headers[':authority'] } = headers;
  if (SAFE.has(method) || trustedOrigins.includes(origin ?? '')) return false;
  const site = headers['sec-fetch-site'];
  // An empty header says nothing.
  if (site) return site !== 'same-origin' && site !== 'none';
  if (!origin) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** Whether a page wants the answer as a part of its own code. What users have stored at Aspose must not become that. */
export function isForScript(headers: IncomingHttpHeaders): boolean {
  return SCRIPTS.has(String(headers['sec-fetch-dest']));
}
