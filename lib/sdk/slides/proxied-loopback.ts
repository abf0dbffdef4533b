import { InvalidOptionsError } from '../../errors/invalid-options.error.js';

/**
 * Makes sure that the `request` package, which Slides uses, reaches this machine without a proxy.
 *
 * Otherwise the first 401 would take the broker's credential to the proxy, and the process down: Slides cannot cope
 * with a token request that fails.
 *
 * @param env - `process.env`, which that package reads for each request.
 * @throws {InvalidOptionsError} when it would not.
 */
export function assertDirectLoopback(
  env: Readonly<Record<string, string | undefined>>,
): void {
  const proxy = env['HTTP_PROXY'] || env['http_proxy'] || '';
  const exempt = env['NO_PROXY'] || env['no_proxy'] || '';
  if (proxy === '' || exempt === '*') return;
  const zones = exempt.split(',').map((zone) => zone.trim());
  if (zones.some((zone) => /^\.*127\.0\.0\.1$/.test(zone))) return;
  throw new InvalidOptionsError(
    [
      'HTTP_PROXY is set and NO_PROXY does not hold 127.0.0.1: SlidesApi could not ask this process for a new token. Add 127.0.0.1 to NO_PROXY.',
    ],
    { what: 'The SDK cannot be given tokens' },
  );
}
