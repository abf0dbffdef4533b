import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';

import {
  type AccessToken,
  AsposeAuthErrorCode,
  type AsposeAuthModuleOptions,
  AsposeToken,
  AsposeTokenService,
  RequireAsposeToken,
} from '../../lib/index.js';
import { ManualTokenClock } from '../../lib/testing/index.js';
import type { EmulatorFault } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { TOKEN_ERROR_BODIES } from '../support/token-error-bodies.js';

@Injectable()
class MembersOnly implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    if ('x-member' in headers) return true;
    throw new UnauthorizedException('members only');
  }
}

@Controller()
class ReportController {
  @Get('token')
  @RequireAsposeToken()
  token(@AsposeToken() token: AccessToken | undefined) {
    return { token: token?.value ?? 'none' };
  }

  @Get('unguarded')
  unguarded(@AsposeToken() token: AccessToken) {
    return { token: token.value };
  }

  @Get('members')
  @RequireAsposeToken()
  @UseGuards(MembersOnly)
  members(): string {
    return 'welcome';
  }

  @Get('members-late')
  @UseGuards(MembersOnly)
  @RequireAsposeToken()
  membersLate(): string {
    return 'welcome';
  }
}

@Controller('long')
@RequireAsposeToken({ minValidityMs: 450_000 })
class LongController {
  @Get('as-class')
  asClass(): string {
    return 'done';
  }

  @Get('as-method')
  @RequireAsposeToken({ minValidityMs: 350_000 })
  asMethod(): string {
    return 'done';
  }
}

const MALFORMED: EmulatorFault = { kind: 'answer', body: { token: 'x' } };

describe.each(platforms)('@RequireAsposeToken() on $platform', (platform) => {
  const guarded = (options: AsposeAuthModuleOptions) =>
    nestApp()
      .with({ retry: { attempts: 1 }, ...options })
      .declaring({ controllers: [ReportController, LongController] })
      .on(platform);

  it('lets a request pass, with the token that @AsposeToken() injects', async () => {
    const cloud = await startCloud();
    const { app, url } = await guarded(optionsFor(cloud)).start();

    const answer = await fetch(`${url}/token`);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toStrictEqual({
      token: app.get(AsposeTokenService).peekToken()?.value,
    });
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it("lets every request pass with auth: 'none', without a token", async () => {
    const { url } = await guarded({ auth: 'none' }).start();

    const answer = await fetch(`${url}/token`);

    expect(await answer.json()).toStrictEqual({ token: 'none' });
  });

  it('lets requests pass while the token endpoint is down, as long as the token is valid', async () => {
    const cloud = await startCloud({ lifetimeSeconds: 1000 });
    const clock = new ManualTokenClock();
    // A shorter pause would be waited out.
    const retry = { attempts: 1, baseDelayMs: 20_000 };
    const { app, url } = await guarded({ ...optionsFor(cloud), retry })
      .timedBy(clock)
      .start();
    await app.get(AsposeTokenService).getToken();
    cloud.failNext({ kind: 'reset' }, { times: Infinity });
    const statusAt = async (ms: number) => {
      await clock.advance(ms - clock.monotonicNow());
      return (await fetch(`${url}/token`)).status;
    };

    expect(await statusAt(970_000)).toBe(200);
    expect(await statusAt(998_999)).toBe(200);
    expect(await statusAt(999_000)).toBe(503);
  });

  it.each<[number, string, EmulatorFault, string]>([
    [503, 'a reset connection', { kind: 'reset' }, '1'],
    [503, 'a failure', { kind: 'html' }, '1'],
    [503, '429', { kind: 'throttle', retryAfter: '7' }, '7'],
    [
      503,
      '503 with Retry-After',
      { kind: 'throttle', status: 503, retryAfter: '120' },
      '120',
    ],
    [504, 'silence', { kind: 'hang' }, '1'],
    [502, 'a refusal', { kind: 'refuse' }, '60'],
    [502, 'a redirect', { kind: 'redirect', location: '/x' }, '60'],
    [502, 'an answer without a token', MALFORMED, '1'],
    [502, 'an empty answer', { kind: 'answer' }, '1'],
  ] as const)(
    'answers %i when the token endpoint answers with %s',
    async (status, _, fault, retryAfter) => {
      const cloud = await startCloud();
      cloud.failNext(fault);
      const { url } = await guarded({
        ...optionsFor(cloud),
        timeouts: { attemptMs: 50, flightMs: 60 },
      }).start();

      const answer = await fetch(`${url}/token`);

      expect(answer.status).toBe(status);
      expect(answer.headers.get('Retry-After')).toBe(retryAfter);
      expect(answer.headers.get('WWW-Authenticate')).toBeNull();
      expect(await answer.json()).toStrictEqual(
        TOKEN_ERROR_BODIES[status as keyof typeof TOKEN_ERROR_BODIES],
      );
    },
  );

  it('answers 503 at once while nothing may be asked', async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'refuse' });
    const clock = new ManualTokenClock();
    const { url } = await guarded(optionsFor(cloud)).timedBy(clock).start();
    await fetch(`${url}/token`);
    await clock.advance(20_000);

    const answer = await fetch(`${url}/token`);

    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('40');
    expect(await answer.json()).toStrictEqual(TOKEN_ERROR_BODIES[503]);
    expect(cloud.counters.tokenRequests).toBe(1);
  });

  it('answers 503 where nothing listens at the token endpoint', async () => {
    const cloud = await startCloud();
    const options = optionsFor(cloud);
    await cloud.close();
    const { url } = await guarded(options).start();

    const answer = await fetch(`${url}/token`);

    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('1');
  });

  it('above another guard runs after it: strangers cause no token request', async () => {
    const cloud = await startCloud();
    const { url } = await guarded(optionsFor(cloud)).start();

    const stranger = await fetch(`${url}/members`);
    expect([stranger.status, cloud.counters.tokenRequests]).toStrictEqual([
      401, 0,
    ]);

    const headers = { 'X-Member': 'yes' };
    const member = await fetch(`${url}/members`, { headers });
    expect([member.status, cloud.counters.tokenRequests]).toStrictEqual([
      200, 1,
    ]);
  });

  it('below another guard runs before it', async () => {
    const cloud = await startCloud();
    const { url } = await guarded(optionsFor(cloud)).start();

    const stranger = await fetch(`${url}/members-late`);

    expect([stranger.status, cloud.counters.tokenRequests]).toStrictEqual([
      401, 1,
    ]);
  });

  it('asks for a validity on a class, and for another on a method', async () => {
    const cloud = await startCloud({ lifetimeSeconds: 1000 });
    const clock = new ManualTokenClock();
    const { app, url } = await guarded(optionsFor(cloud))
      .timedBy(clock)
      .start();
    await app.get(AsposeTokenService).getToken();
    await clock.advance(600_000);

    await fetch(`${url}/long/as-method`);
    expect(cloud.counters.tokenRequests).toBe(1);

    await fetch(`${url}/long/as-class`);
    expect(cloud.counters.tokenRequests).toBe(2);
  });

  it('is missed by @AsposeToken(), which says where to put it', async () => {
    const cloud = await startCloud();
    const { url, logger } = await guarded(optionsFor(cloud)).start();

    const answer = await fetch(`${url}/unguarded`);

    expect(answer.status).toBe(500);
    const logged = logger.lines.find(({ level }) => level === 'error')?.all;
    expect(logged).toContain(AsposeAuthErrorCode.UNGUARDED);
    expect(logged).toContain(
      '@AsposeToken() has no token for ReportController.unguarded: put @RequireAsposeToken() on it.',
    );
  });
});
