import { Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../lib/index.js';
import {
  AsposeTokenEndpointModule,
  type TokenEndpointAsyncOptions,
  type TokenEndpointPolicy,
  type TokenEndpointPolicyFactory,
} from '../../lib/endpoint/index.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';

/** Its policy is one that the boot fails for. */
@Injectable()
class PolicyService implements TokenEndpointPolicyFactory {
  async createTokenEndpointPolicy(): Promise<TokenEndpointPolicy> {
    return { public: true, timeoutMs: -7 };
  }
}

@Injectable()
class PolicyNowhere {}

@Module({
  providers: [PolicyService, PolicyNowhere],
  exports: [PolicyService, PolicyNowhere],
})
class PolicyModule {}

const serve = (options: unknown) =>
  AsposeTokenEndpointModule.forRootAsync(options as TokenEndpointAsyncOptions);

const failure = (source: object) =>
  rejectionOf(
    nestApp()
      .importing(serve({ mode: 'forward', ...source }))
      .compile(),
  );

describe('the policy of forRootAsync()', () => {
  it.each([
    {
      how: 'useFactory',
      source: {
        imports: [PolicyModule],
        inject: [PolicyService],
        useFactory: (policies: PolicyService) =>
          policies.createTokenEndpointPolicy(),
      },
    },
    { how: 'useClass', source: { useClass: PolicyService } },
    {
      how: 'useExisting',
      source: { imports: [PolicyModule], useExisting: PolicyService },
    },
  ])('comes from $how', async ({ source }) => {
    expect(await failure(source)).toMatchObject({
      problems: [expect.stringMatching(/^timeoutMs must be/)],
    });
  });

  it.each([undefined, null, {}, { mode: 'forward', useClass: undefined }])(
    'comes from somewhere, unlike with %j',
    (options) => {
      expect(() => serve(options)).toThrow(
        'AsposeTokenEndpointModule cannot start:\n  - forRootAsync() needs useFactory, useClass or useExisting',
      );
    },
  );

  it.each([
    { useClass: PolicyNowhere },
    { imports: [PolicyModule], useExisting: PolicyNowhere },
  ])('does not come from a class without the method: %o', async (source) => {
    expect(await failure(source)).toMatchObject({
      code: AsposeAuthErrorCode.INVALID_OPTIONS,
      message: expect.stringContaining('AsposeTokenEndpointModule cannot'),
      problems: [
        'PolicyNowhere has no method createTokenEndpointPolicy(): that is where the options come from.',
      ],
    });
  });
});
