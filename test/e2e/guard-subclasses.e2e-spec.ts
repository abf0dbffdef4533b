import {
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import {
  AccessToken,
  AsposeToken,
  AsposeTokenGuard,
  isAsposeAuthError,
  RequireAsposeToken,
} from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';

interface Asked {
  headers: Record<string, string | undefined>;
}

/** Takes the validity from a header. */
@Injectable()
class PatientGuard extends AsposeTokenGuard {
  protected override getRequirements(context: ExecutionContext) {
    const { headers } = context.switchToHttp().getRequest<Asked>();
    return [{ minValidityMs: Number(headers['x-validity']) }];
  }
}

/** Lets requests pass without a token, or answers in its own words. */
@Injectable()
class LenientGuard extends AsposeTokenGuard {
  protected override onTokenError(
    error: unknown,
    context: ExecutionContext,
  ): undefined {
    const { headers } = context.switchToHttp().getRequest<Asked>();
    if (headers['x-lenient'] !== undefined) return undefined;
    throw new HttpException(isAsposeAuthError(error) ? error.code : 'no', 418);
  }
}

/** Has no request to keep the token for. */
@Injectable()
class ForgetfulGuard extends AsposeTokenGuard {
  protected override getRequest(): undefined {
    return undefined;
  }
}

/** Brings a token of its own. */
@Injectable()
class OwnTokenGuard extends AsposeTokenGuard {
  protected override async getToken(): Promise<AccessToken> {
    return new AccessToken('of-the-tenant');
  }
}

@Controller()
class ReportController {
  @Get('patient')
  @UseGuards(PatientGuard)
  patient(): string {
    return 'done';
  }

  @Get('lenient')
  @UseGuards(LenientGuard)
  lenient(@AsposeToken() token: AccessToken | undefined) {
    return { token: token?.value ?? 'none' };
  }

  @Get('forgetful')
  @UseGuards(ForgetfulGuard)
  forgetful(): string {
    return 'done';
  }

  @Get('own')
  @UseGuards(OwnTokenGuard)
  own(@AsposeToken() token: AccessToken) {
    return { token: token.value };
  }

  @Get('twice')
  @UseGuards(OwnTokenGuard)
  @RequireAsposeToken()
  twice(@AsposeToken() token: AccessToken) {
    return { token: token.value };
  }
}

describe.each(platforms)('A subclass of the guard on $platform', (platform) => {
  const setUp = async (clock = new ManualTokenClock()) => {
    const cloud = await startCloud({ lifetimeSeconds: 1000 });
    const { url } = await nestApp()
      .overCloud(cloud)
      .with({ retry: { attempts: 1 } })
      .declaring({ controllers: [ReportController] })
      .timedBy(clock)
      .on(platform)
      .start();
    return { cloud, url, clock };
  };

  it('decides with getRequirements how long the token has to last', async () => {
    const { cloud, url, clock } = await setUp();
    const ask = (validity: string) =>
      fetch(`${url}/patient`, { headers: { 'X-Validity': validity } });
    await ask('0');
    await clock.advance(600_000);

    await ask('400000');
    expect(cloud.counters.tokenRequests).toBe(1);

    await ask('400001');
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('lets requests pass with onTokenError, without a token', async () => {
    const { cloud, url } = await setUp();
    cloud.failNext({ kind: 'refuse' });

    const answer = await fetch(`${url}/lenient`, {
      headers: { 'X-Lenient': 'yes' },
    });

    expect(await answer.json()).toStrictEqual({ token: 'none' });
  });

  it('answers in its own words with onTokenError', async () => {
    const { cloud, url } = await setUp();
    cloud.failNext({ kind: 'refuse' });

    const answer = await fetch(`${url}/lenient`);

    expect(answer.status).toBe(418);
    expect(await answer.text()).toContain('ASPOSE_AUTH_CREDENTIALS_REFUSED');
  });

  it('lets requests pass with a getRequest that finds none', async () => {
    const { url } = await setUp();

    const answer = await fetch(`${url}/forgetful`);

    expect(await answer.text()).toBe('done');
  });

  it('hands the token of its getToken to @AsposeToken()', async () => {
    const { cloud, url } = await setUp();

    const answer = await fetch(`${url}/own`);

    expect(await answer.json()).toStrictEqual({ token: 'of-the-tenant' });
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('has the last word where it runs last', async () => {
    const { url } = await setUp();

    const answer = await fetch(`${url}/twice`);

    expect(await answer.json()).toStrictEqual({ token: 'of-the-tenant' });
  });
});
