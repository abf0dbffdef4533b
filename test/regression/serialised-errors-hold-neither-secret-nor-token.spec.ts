import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import type { EmulatorFault } from '../../lib/testing/emulator/emulator-faults.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { leaksIn } from '../support/leaks.js';
import { rejectionOf } from '../support/rejection.js';

const FAULTS: [string, EmulatorFault][] = [
  ['is refused', { kind: 'refuse' }],
  ['is throttled', { kind: 'throttle', retryAfter: '60' }],
  ['meets a broken proxy', { kind: 'html', status: 502 }],
  ['is reset', { kind: 'reset' }],
];

describe('the error of a call', () => {
  it.each(FAULTS)(
    'whose token request %s holds no secret, printed in any way',
    async (_name, fault) => {
      const cloud = await startCloud();
      const { aspose, tokens, logger, events } = await nestApp()
        .overCloud(cloud)
        .with({ retry: { attempts: 1 } })
        .start();
      cloud.failNext(fault, { times: Infinity });
      const canaries = { secret: cloud.clientSecret };
      const errors = [
        await rejectionOf(firstValueFrom(aspose.get('/v4.0/cells'))),
        await rejectionOf(tokens.getToken()),
      ];
      expect(leaksIn([...errors, logger.lines, events], canaries)).toEqual([]);
      for (const error of errors) expect(leaksIn(error, canaries)).toEqual([]);
    },
  );

  it.each<[string, EmulatorFault]>([
    ['with 500', { kind: 'answer', status: 500, body: { Error: {} } }],
    ['with 401, twice', { kind: 'unauthorized' }],
    ['with nothing but a reset', { kind: 'reset' }],
  ])(
    'that the API answers %s holds neither token nor secret',
    async (_name, fault) => {
      const cloud = await startCloud();
      const { aspose, tokens } = await nestApp().overCloud(cloud).start();
      const first = await tokens.getToken();
      cloud.failNext(fault, { path: 'api', times: Infinity });
      const error = await rejectionOf(
        firstValueFrom(aspose.get('/v4.0/cells')),
      );
      const canaries = {
        secret: cloud.clientSecret,
        'first token': first.value,
        'current token': (await tokens.getToken()).value,
      };
      expect(leaksIn(error, canaries)).toEqual([]);
    },
  );
});
