import type { AsposeCloudEmulator } from '../../lib/testing/index.js';

/** A token endpoint that hands out one token until it ends. */
export interface OneTokenEndpoint {
  /** The option `tokenEndpoint` that leads to it. */
  readonly path: string;
  /** What each answer stated as `expires_in`, oldest first. */
  readonly stated: readonly number[];
}

const PATH = '/cached/connect/token';

/**
 * Serves such an endpoint on an emulator, as a cache in front of Aspose would: with the rest of the lifetime in whole
 * seconds, which is 0 in the last one.
 *
 * @param clock - the emulator's.
 * @param written - how the seconds stand in the JSON.
 */
export function serveOneToken(
  cloud: AsposeCloudEmulator,
  clock: { wallNow(): number },
  written: (seconds: number) => number | string = (seconds) => seconds,
): OneTokenEndpoint {
  const stated: number[] = [];
  let token = '';
  let endsAt = -Infinity;
  cloud.route(
    'POST',
    PATH,
    (_request, response) => {
      if (clock.wallNow() >= endsAt) {
        token = cloud.issueToken();
        endsAt = clock.wallNow() + cloud.lifetimeSeconds * 1_000;
      }
      const seconds = Math.floor((endsAt - clock.wallNow()) / 1_000);
      stated.push(seconds);
      response.setHeader('Content-Type', 'application/json');
      response.end(
        JSON.stringify({
          access_token: token,
          expires_in: written(seconds),
          token_type: 'Bearer',
        }),
      );
    },
    { public: true },
  );
  return { path: PATH, stated };
}
