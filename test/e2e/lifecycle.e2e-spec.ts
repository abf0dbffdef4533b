import { setImmediate as turn } from 'node:timers/promises';
import {
  Global,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  type AsposeAuthModuleOptions,
  AsposeTokenService,
} from '../../lib/index.js';
import { ManualTokenClock, MemoryTokenStore } from '../../lib/testing/index.js';
import { optionsFor, startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { rejectionOf } from '../support/rejection.js';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Takes its time to write what came of an attempt, before it is asked to give back the lock. */
class SlowlyUnlockedStore extends MemoryTokenStore {
  unlocks = 0;

  override async write(
    ...asked: Parameters<MemoryTokenStore['write']>
  ): Promise<boolean> {
    for (let turns = 0; turns < 20; turns += 1) await turn();
    return super.write(...asked);
  }

  override async unlock(
    ...asked: Parameters<MemoryTokenStore['unlock']>
  ): Promise<void> {
    this.unlocks += 1;
    return super.unlock(...asked);
  }
}

describe.each(platforms)('An app on $platform', (platform) => {
  const run = (options: AsposeAuthModuleOptions) =>
    nestApp()
      .with({ retry: { attempts: 1 }, ...options })
      .on(platform)
      .start();

  it("fetches a token as it starts, with warmUp: 'background'", async () => {
    const cloud = await startCloud();

    await run({ ...optionsFor(cloud), warmUp: undefined });

    await until(() => cloud.counters.tokensIssued === 1);
  });

  it("starts without a token endpoint with warmUp: 'background', and says so in one line", async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'reset' }, { times: Infinity });

    const { logger } = await run({
      ...optionsFor(cloud),
      warmUp: 'background',
    });

    await until(() => logger.own.length > 0);
    expect(logger.own).toStrictEqual([
      `error: The token endpoint ${cloud.url}/connect/token could not be reached (ECONNRESET). Check the network, and the proxy or CA in the option tokenAxios.`,
    ]);
  });

  it("starts once it has a token, with warmUp: 'require'", async () => {
    const cloud = await startCloud();

    const { app } = await run({ ...optionsFor(cloud), warmUp: 'require' });

    expect(app.get(AsposeTokenService).peekToken()).toBeDefined();
  });

  it("does not start without one, with warmUp: 'require', and says why", async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'refuse' });

    const error = await rejectionOf(
      run({ ...optionsFor(cloud), warmUp: 'require' }),
    );

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_REFUSED,
      message: expect.stringContaining('Check clientId and clientSecret.'),
    });
  });

  it.each<[string, AsposeAuthModuleOptions]>([
    ['warmUp: off', {}],
    [
      'a static token',
      {
        clientId: undefined,
        clientSecret: undefined,
        accessToken: 'static',
        warmUp: 'require',
      },
    ],
    [
      "auth: 'none'",
      {
        clientId: undefined,
        clientSecret: undefined,
        auth: 'none',
        warmUp: 'require',
      },
    ],
  ])('makes no token request with %s', async (_, options) => {
    const cloud = await startCloud();

    const { app } = await run({ ...optionsFor(cloud), ...options });
    await app.close();

    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('rejects who waits for a token when it shuts down', async () => {
    const cloud = await startCloud();
    cloud.failNext({ kind: 'hang' });
    const { app } = await run(optionsFor(cloud));
    const tokens = app.get(AsposeTokenService);
    const waiting = [
      rejectionOf(tokens.getToken()),
      rejectionOf(tokens.getToken({ minValidityMs: 1 })),
    ];
    await until(() => cloud.counters.tokenRequests === 1);

    await app.close();

    for (const error of await Promise.all(waiting))
      expect(error).toMatchObject({
        code: AsposeAuthErrorCode.SHUT_DOWN,
        message: 'The app has shut down: no access token is fetched any more.',
      });
  });

  it('gives back the lock of its store before it has shut down', async () => {
    const cloud = await startCloud();
    const store = new SlowlyUnlockedStore();
    const { app, tokens } = await run({ ...optionsFor(cloud), store });
    cloud.failNext({ kind: 'hang' });
    const asked = rejectionOf(tokens.getToken());
    await until(() => cloud.counters.tokenRequests === 1);

    await app.close();

    expect(store.unlocks).toBe(1);
    await expect(asked).resolves.toMatchObject({
      code: AsposeAuthErrorCode.SHUT_DOWN,
    });
  });

  it('fetches no token after it has shut down', async () => {
    const cloud = await startCloud();
    const { app } = await run(optionsFor(cloud));
    await app.close();

    const error = await rejectionOf(app.get(AsposeTokenService).getToken());

    expect(error).toMatchObject({ code: AsposeAuthErrorCode.SHUT_DOWN });
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it.each([true, false])(
    'still fetches a token for the shutdown hook of any module, with isGlobal: %s',
    async (isGlobal) => {
      const cloud = await startCloud();
      const auth = AsposeAuthModule.forRoot({
        ...optionsFor(cloud),
        warmUp: 'off',
        isGlobal,
      });
      const imports = isGlobal ? [] : [auth];
      const lastTokens: unknown[] = [];
      @Injectable()
      class Farewell implements OnApplicationShutdown {
        constructor(private readonly tokens: AsposeTokenService) {}

        async onApplicationShutdown() {
          this.tokens.reset();
          lastTokens.push(await this.tokens.getToken().catch(String));
        }
      }
      @Module({ imports, providers: [Farewell] })
      class InnermostModule {}
      @Module({ imports: [InnermostModule] })
      class InnerModule {}
      @Module({ imports: [...imports, InnerModule], providers: [Farewell] })
      class OuterModule {}
      @Global()
      @Module({ imports, providers: [Farewell] })
      class GlobalModule {}
      const { app } = await nestApp()
        .importing(GlobalModule, auth, OuterModule)
        .declaring({ providers: [Farewell] })
        .on(platform)
        .start();

      await app.close();

      expect(lastTokens).toStrictEqual(
        Array.from({ length: 4 }, () =>
          expect.objectContaining({ lifetimeMs: 86_400_000 }),
        ),
      );
    },
  );

  it('closes the client of a module that was loaded lazily, too', async () => {
    const cloud = await startCloud();
    const auth = AsposeAuthModule.forRoot(optionsFor(cloud));
    const { app } = await nestApp().on(platform).start();
    const lazy = await app.get(LazyModuleLoader).load(() => auth);
    const tokens = lazy.get(AsposeTokenService);

    await app.close();

    expect(await rejectionOf(tokens.getToken())).toMatchObject({
      code: AsposeAuthErrorCode.SHUT_DOWN,
    });
  });

  it('still serves a valid token after it has shut down', async () => {
    const cloud = await startCloud();
    const { app } = await run(optionsFor(cloud));
    const tokens = app.get(AsposeTokenService);
    const token = await tokens.getToken();

    await app.close();

    expect(await tokens.getToken()).toBe(token);
    expect(tokens.peekToken()).toBe(token);
  });
});

describe('A module without its app', () => {
  it('works: no hook is needed', async () => {
    const cloud = await startCloud();
    const module = await nestApp().overCloud(cloud).compile();

    const token = await module.get(AsposeTokenService).getToken();

    expect(token.lifetimeMs).toBe(86_400_000);
  });
});

describe('The log', () => {
  it('has one line for each change of state, however many calls see it', async () => {
    const cloud = await startCloud({ lifetimeSeconds: 1000 });
    const clock = new ManualTokenClock();
    const { tokens, events, logger } = await nestApp()
      .overCloud(cloud)
      .with({ retry: { attempts: 1 } })
      .timedBy(clock)
      .start();
    const failures = () =>
      events.filter(({ type }) => type === 'refresh-failed').length;
    const callAt = async (seconds: number) => {
      await clock.advance(seconds * 1000 - clock.monotonicNow());
      await Promise.allSettled([tokens.getToken(), tokens.getToken()]);
    };

    await callAt(0);
    cloud.failNext({ kind: 'html' }, { times: Infinity });
    await callAt(850);
    await until(() => failures() === 1);
    await callAt(900);
    await until(() => failures() === 2);
    await callAt(1000);
    await until(() => failures() === 3);
    await callAt(1100);
    await until(() => failures() === 4);
    cloud.heal();
    await callAt(1200);

    const failed = `The token endpoint ${cloud.url}/connect/token failed (502). It is asked again after a pause.`;
    expect(logger.own).toStrictEqual([
      expect.stringMatching(/^debug: Token \w{8} is valid for 1000 s\.$/),
      `warn: ${failed} The current token stays in use for another 149 s.`,
      `error: ${failed}`,
      expect.stringMatching(
        /^log: Recovered\. Token \w{8} is valid for 1000 s\.$/,
      ),
    ]);
  });
});
