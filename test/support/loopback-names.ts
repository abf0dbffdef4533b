import dns from 'node:dns';

import { vi } from 'vitest';

/** Has every host name lead to 127.0.0.1, until the test ends. */
export function resolveNamesToLoopback(): void {
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _hostname: string,
    ...rest: [dns.LookupOptions, () => void]
  ) => lookup('127.0.0.1', ...rest)) as typeof dns.lookup);
}
