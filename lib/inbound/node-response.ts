import type { ServerResponse } from 'node:http';

/** A response of Fastify, which has Node's own inside. */
interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Record<string, string | number | readonly string[]>;
}

/** A response as a platform hands it over. */
export type PlatformResponse = ServerResponse | FastifyReply;

/** Node's own response. */
export function nodeResponse(response: PlatformResponse): ServerResponse {
  return 'hijack' in response ? response.raw : response;
}

/** Takes Node's response from the platform, for good, with the headers that the platform has for it. */
export function takeOver(response: PlatformResponse): ServerResponse {
  if (!('hijack' in response)) return response;
  const { raw } = response;
  for (const [name, value] of Object.entries(response.getHeaders()))
    raw.setHeader(name, value);
  response.hijack();
  return raw;
}
