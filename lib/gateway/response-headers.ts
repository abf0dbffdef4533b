import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import { namedByConnection } from './request-headers.js';

/**
 * What is kept from callers: what belongs to the connection with Aspose, what would speak for the app (cookies, policies and state of
 * its origin, CORS, what else to load), and what a server or cache in front of the app would obey.
 */
const KEPT_BACK =
  /^(?:accept-ch|access-control-.*|activate-storage-access|alt-svc|attribution-reporting-.*|authentication-info|clear-site-data|connection|critical-ch|cross-origin-.*|expect-ct|keep-alive|link|location|nel|observe-browsing-topics|origin-agent-cluster|permissions-policy|proxy-.*|public-key-pins.*|refresh|report(?:-to|ing-endpoints)|sec-.*|server-timing|service-worker-allowed|set-(?:cookie2?|login)|sourcemap|speculation-rules|strict-transport-security|surrogate-.*|te|timing-allow-origin|trailer|transfer-encoding|upgrade|use-as-dictionary|via|www-authenticate|x-(?:accel|lighttpd|litespeed)-.*|x-(?:frame-options|reproxy-url|sendfile)|(?:.*-)?cdn-cache-control)$/;

/** What says how the body is to be read. Nobody but Aspose knows. */
const OF_THE_BODY = /^content-(?:encoding|language|length|range|type)$/;

/** Types that a browser shows without running anything. */
const INERT =
  /^(?:application\/(?:json|octet-stream|pdf|zip|vnd\.[\w.-]+)|text\/(?:csv|plain)|(?:audio|font|image|video)\/[\w.-]+)\s*(?:;[^,]*)?$/i;

/** Types that a page can run, or style itself with, and lists, of which a browser takes the last. */
const CODE = /^[^;]*(?:(?:java|ecma|j|live)script|css|wasm)|,/i;

/** What keeps an answer from caches that serve several callers. */
const NOT_SHARED = /(?:^|[\s,])(?:private|no-store)\s*(?:,|$)/i;

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
  const {
    'cache-control': caching = '',
    'content-type': type = '',
    ...others
  } = headers;
  for (const [name, value] of Object.entries(others)) {
    if (value === undefined || KEPT_BACK.test(name)) continue;
    if (ofConnection.includes(name)) continue;
    if (name === 'vary') response.appendHeader(name, String(value));
    else if (OF_THE_BODY.test(name) || !response.hasHeader(name))
      response.setHeader(name, value);
  }
  if (location !== undefined) response.setHeader('location', location);
  // To Aspose, the app is one caller. A cache in front of the app must not take all of its callers for one.
  if (!response.hasHeader('cache-control'))
    response.setHeader(
      'cache-control',
      NOT_SHARED.test(caching) ? caching : 'private, no-store',
    );
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader(
    'content-type',
    // Without a type, a browser would guess.
    type === '' || CODE.test(type) ? 'application/octet-stream' : type,
  );
  if (!INERT.test(type)) sandbox(headers, response);
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
  if (!/^attachment\s*(?:;|$)/i.test(disposition))
    response.setHeader(
      'content-disposition',
      ['attachment', ...disposition.split(';').slice(1)].join(';'),
    );
}
