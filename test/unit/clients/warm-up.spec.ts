import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeTokenLifecycle } from '../../../lib/clients/warm-up.js';
import type { AsposeAuthModuleOptions } from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';

const CREDENTIALS = { clientId: 'id', clientSecret: 'secret' };

describe('The start of an app', () => {
  let recorded: RecordingLogger;

  beforeEach(() => {
    recorded = new RecordingLogger();
    Logger.overrideLogger(recorded);
  });
  afterEach(() => Logger.overrideLogger(false));

  const start = (tokens: ScriptedTokens, options: AsposeAuthModuleOptions) =>
    new AsposeTokenLifecycle(tokens, resolveOptions(options)).onModuleInit();

  it.each([undefined, 'background'] as const)(
    'asks for a token and does not wait for it: warmUp %s',
    async (warmUp) => {
      const tokens = new ScriptedTokens(new Error('endpoint down'));

      await start(tokens, { ...CREDENTIALS, warmUp });

      expect(tokens.asked).toHaveLength(1);
    },
  );

  it("fails where no token is to be had: warmUp 'require'", async () => {
    const tokens = new ScriptedTokens(new Error('endpoint down'));

    const starting = start(tokens, { ...CREDENTIALS, warmUp: 'require' });

    expect(await rejectionOf(starting)).toMatchObject({
      message: 'endpoint down',
    });
  });

  it.each<AsposeAuthModuleOptions>([
    { ...CREDENTIALS, warmUp: 'off' },
    { accessToken: 'static', warmUp: 'require' },
    { auth: 'none', warmUp: 'require' },
  ])('asks for none with %o', async (options) => {
    const tokens = new ScriptedTokens();

    await start(tokens, options);

    expect(tokens.asked).toStrictEqual([]);
  });

  it('warns once of a secret that travels in URLs', async () => {
    await start(new ScriptedTokens('A'), {
      ...CREDENTIALS,
      credentialsIn: 'query',
    });

    expect(recorded.own).toStrictEqual([
      "warn: credentialsIn: 'query' puts the client secret into URLs, which end up in access logs.",
    ]);
  });

  it('does not warn where no secret travels', async () => {
    await start(new ScriptedTokens('A'), CREDENTIALS);
    await start(new ScriptedTokens(), {
      auth: 'none',
      credentialsIn: 'query',
    });

    expect(recorded.own).toStrictEqual([]);
  });
});
