import { expect, it } from 'vitest';

import { RequestLog } from '../../../../lib/testing/emulator/request-log.js';

it('remembers the newest 10,000 requests and counts them all', () => {
  const log = new RequestLog();
  for (let i = 0; i < 10_001; i++) {
    log.recordApiCall({
      method: 'GET',
      path: `/${i}`,
      query: new URLSearchParams(),
      headers: {},
      token: 'none',
    });
  }

  expect(log.apiCalls).toHaveLength(10_000);
  expect(log.apiCalls[0]?.path).toBe('/1');
  expect(log.counters.callsWithoutToken).toBe(10_001);
});
