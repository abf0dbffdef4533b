import { buffer } from 'node:stream/consumers';

import { startSite } from '../support/loopback-site.js';

/** A request that arrived whole. */
export interface Arrival {
  readonly authorization: string | undefined;
  /** What makes up the wire format: the boundary, which is drawn by lot, is replaced. */
  readonly wire: {
    readonly path: string | undefined;
    readonly type: string | undefined;
    readonly length: string | undefined;
    readonly encoding: string | undefined;
    readonly body: string;
  };
}

/** An API that records what it gets, and the token endpoint of the SDKs as they are, until the test ends. */
export async function startRecordingApi() {
  const arrivals: Arrival[] = [];
  const unauthorized = new Set<string>();
  const site = await startSite(async (request, response) => {
    const { headers, url: path } = request;
    const content = await buffer(request).catch(() => undefined);
    if (content === undefined) return;
    response.setHeader('Content-Type', 'application/json');
    if (path?.endsWith('/connect/token')) {
      response.end('{"access_token":"own","expires_in":3600}');
      return;
    }
    const { authorization } = headers;
    const boundary =
      /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '\0';
    arrivals.push({
      authorization,
      wire: {
        path,
        type: headers['content-type']?.replace(boundary, 'boundary'),
        length: headers['content-length'],
        encoding: headers['transfer-encoding'],
        body: content.toString('latin1').replaceAll(boundary, 'boundary'),
      },
    });
    response.statusCode = unauthorized.has(String(authorization)) ? 401 : 200;
    response.end('{}');
  });
  return {
    url: site.url,
    clientId: 'client',
    clientSecret: 'secret',
    arrivals,
    /** Answers 401 to a token from now on. */
    revoke: (token: string) => unauthorized.add(`Bearer ${token}`),
  };
}
