import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import { namedByConnection } from './request-headers.js';

/**
 * What is kept from callers: what belongs to the connection with Aspose, what would speak for the app (cookies, policies of its
 * origin, CORS), and what a server in front of the app would obey.
 */
const KEPT_BACK =
  /^(?:access-control-.*|alt-svc|authentication-info|clear-site-data|connection|cross-origin-.*|expect-ct|keep-alive|location|nel|origin-agent-cluster|permissions-policy|proxy-.*|public-key-pins.*|refresh|report(?:-to|ing-endpoints)|server-timing|service-worker-allowed|set-cookie2?|strict-transport-security|te|timing-allow-origin|trailer|transfer-encoding|upgrade|via|www-authenticate|x-(?:accel|lighttpd)-.*|x-frame-options|x-sendfile)$/;

/** Types that a browser shows without running anything. */
const INERT =
  /^(?:application\/(?:json|octet-stream|pdf|zip|vnd\.[\w.-]+)|text\/(?:csv|plain)|(?:audio|font|image|video)\/[\w.-]+)$/;

/** Has a browser keep the answer apart from the app's origin, whatever is in it. */
const SANDBOX = "sandbox; default-src 'none'";

/**
 * Puts the headers of an answer of Aspose's on the response. Where the app has set one, as helmet does, that stays.
 *
 * Aspose returns what users have stored, HTML and SVG included, and here it comes from the app's own origin: a browser saves it,
 * and runs nothing of it.
 *
 * @param location - where a redirect leads, below the gateway; undefined if it is not to be told.
 */
export function writeHeaders(
  headers: IncomingHttpHeaders,
  response: ServerResponse,
  location: string | undefined,
): void {
  const ofConnection = namedByConnection(headers.connection);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || KEPT_BACK.test(name)) continue;
    if (ofConnection.includes(name)) continue;
    if (name === 'vary') response.appendHeader(name, String(value));
    else if (!response.hasHeader(name)) response.setHeader(name, value);
  }
  if (location !== undefined) response.setHeader('location', location);
  response.setHeader('x-content-type-options', 'nosniff');
  if (!response.hasHeader('cache-control'))
    response.setHeader('cache-control', 'private, no-store');
  if (!isInert(headers['content-type'])) sandbox(headers, response);
}

/** Whether a browser runs nothing of a type. Without one it would guess. */
function isInert(type: string | undefined): boolean {
  const [name = ''] = (type ?? '').split(';');
  return INERT.test(name.trim().toLowerCase());
}

function sandbox(
  { 'content-disposition': disposition = '' }: IncomingHttpHeaders,
  response: ServerResponse,
): void {
  // Of several policies, browsers obey all.
  const policies = [response.getHeader('content-security-policy') ?? []].flat();
  response.setHeader('content-security-policy', [
    ...policies.map(String),
    SANDBOX,
  ]);
  if (!/^attachment\b/i.test(disposition))
    response.setHeader(
      'content-disposition',
      ['attachment', ...disposition.split(';').slice(1)].join(';'),
    );
  if (!response.hasHeader('content-type'))
    response.setHeader('content-type', 'application/octet-stream');
}
