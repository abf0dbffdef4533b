import type { IncomingHttpHeaders } from 'node:http';

/** What is passed on to Aspose, besides the body's type. Its length is of this connection. */
const PASSED = [
  'accept',
  'accept-encoding',
  'accept-language',
  'content-disposition',
  'content-encoding',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'traceparent',
  'user-agent',
  'x-request-id',
];

/** What no option may have passed on: credentials, who the caller is, another call than the one that is allowed, and what belongs to a connection. */
const NEVER_PASSED =
  /^(?:authorization|cookie2?|connection|content-length|content-type|expect|forwarded|host|http2-settings|keep-alive|origin|referer|te|trailer|transfer-encoding|upgrade|via|x-(?:http-method(?:-override)?|method-override|original-ur[il]|real-ip|rewrite-url)|(?:proxy|sec|x-forwarded)-.*)$/i;

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** Lists what is wrong with the option `headers`; empty if nothing is. */
export function passedHeaderProblems(names: unknown): string[] {
  if (names === undefined) return [];
  if (!Array.isArray(names))
    return ["headers must be a list of names, such as ['x-correlation-id']."];
  return names.flatMap((name, index) => {
    if (typeof name !== 'string' || !HEADER_NAME.test(name))
      return [`headers[${index}] is not the name of a header.`];
    return NEVER_PASSED.test(name)
      ? [`headers[${index}]: ${name} is never passed on to Aspose.`]
      : [];
  });
}

/**
 * The headers of a request that are passed on. Those that `Connection` names belong to the connection.
 *
 * @param contentType - was hidden from the app.
 * @param further - the option `headers`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function passedHeaders(
  headers: IncomingHttpHeaders,
  contentType: string | undefined,
  further: readonly string[],
): Record<string, string> {
  const passed: Record<string, string> = {};
  const ofConnection = namedByConnection(headers.connection);
  if (contentType !== undefined && !ofConnection.includes('content-type'))
    passed['content-type'] = contentType;
  for (const name of [...PASSED, ...further]) {
    const value = headers[name];
    if (typeof value === 'string' && !ofConnection.includes(name))
      passed[name] = value;
  }
  return passed;
}

/** The headers that a `Connection` header names, in lower case. */
export function namedByConnection(connection: string | undefined): string[] {
  if (connection === undefined || connection === 'keep-alive') return [];
  return connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}
