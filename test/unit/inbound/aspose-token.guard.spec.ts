import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';

import { RequireAsposeToken } from '../../../lib/index.js';
import { guardedTokenOf } from '../../../lib/inbound/guarded-tokens.js';
import { DisabledTokenSource } from '../../../lib/token/static.token-source.js';
import { contextOf } from '../../support/contexts.js';
import { guardOver } from '../../support/guard-over.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

@RequireAsposeToken({ minValidityMs: 60_000 })
class ReportController {
  @RequireAsposeToken({ minValidityMs: 120_000 })
  convert(this: void): void {}

  list(this: void): void {}
}

const { convert, list } = ReportController.prototype;

describe('AsposeTokenGuard', () => {
  it.each([
    ['a method, in preference to its class', convert, 120_000],
    ['a class', list, 60_000],
  ])('asks for the validity that is required of %s', async (_, handler, ms) => {
    const tokens = new ScriptedTokens('t');
    const context = new ExecutionContextHost([{}], ReportController, handler);

    await guardOver(tokens).canActivate(context);

    expect(tokens.asked).toStrictEqual([{ minValidityMs: ms }]);
  });

  it('asks for no validity where none is required', async () => {
    const tokens = new ScriptedTokens('t');

    await guardOver(tokens).canActivate(contextOf('http', {}));

    expect(tokens.asked).toStrictEqual([{ minValidityMs: undefined }]);
  });

  it('keeps the token for the first argument that is an object', async () => {
    const request = {};

    await guardOver(new ScriptedTokens('t')).canActivate(
      contextOf('custom', undefined, request, {}),
    );

    expect(guardedTokenOf(contextOf('custom', {}, request))?.value).toBe('t');
  });

  it("lets a request pass without a token with auth: 'none'", async () => {
    const context = contextOf('http', {});

    expect(
      await guardOver(new DisabledTokenSource()).canActivate(context),
    ).toBe(true);
    expect(guardedTokenOf(context)).toBeUndefined();
  });

  it('passes on an error that is not about getting a token', async () => {
    const error = new Error('no such table');

    expect(
      await rejectionOf(
        guardOver(new ScriptedTokens(error)).canActivate(contextOf('http', {})),
      ),
    ).toBe(error);
  });
});
