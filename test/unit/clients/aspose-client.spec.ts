import { inspect } from 'node:util';

import { Logger } from '@nestjs/common';
import axios from 'axios';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeClient } from '../../../lib/clients/aspose-client.js';
import {
  type AsposeAuthModuleOptions,
  AsposeTokenService,
  attachAsposeToken,
  type TokenSource,
} from '../../../lib/index.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { rejectionOf } from '../../support/rejection.js';
import { ScriptedTokens } from '../../support/scripted-tokens.js';
import { tokenTower } from '../../support/token-tower.js';

const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const CREDENTIALS = { clientId: 'id', clientSecret: SECRET };

const clientOf = (
  tokens: TokenSource,
  options: AsposeAuthModuleOptions = CREDENTIALS,
) => new AsposeClient('reports', resolveOptions(options), tokens);

describe('A client', () => {
  let recorded: RecordingLogger;

  beforeEach(() => {
    recorded = new RecordingLogger();
    Logger.overrideLogger(recorded);
  });
  afterEach(() => Logger.overrideLogger(false));

  it.each([undefined, 'background'] as const)(
    'asks for a token as it starts and does not wait for it: warmUp %s',
    async (warmUp) => {
      const tokens = new ScriptedTokens(new Error('endpoint down'));

      await clientOf(tokens, { ...CREDENTIALS, warmUp }).onModuleInit();

      expect(tokens.asked).toMatchObject([{ signal: { aborted: true } }]);
    },
  );

  it("does not start without a token: warmUp 'require'", async () => {
    const client = clientOf(new ScriptedTokens(new Error('endpoint down')), {
      ...CREDENTIALS,
      warmUp: 'require',
    });

    expect(await rejectionOf(client.onModuleInit())).toMatchObject({
      message: 'endpoint down',
    });
  });

  it.each<AsposeAuthModuleOptions>([
    { ...CREDENTIALS, warmUp: 'off' },
    { accessToken: 'static', warmUp: 'require' },
    { auth: 'none', warmUp: 'require' },
    { auth: 'none', credentialsIn: 'query' },
  ])('asks for no token and warns of nothing with %o', async (options) => {
    const tokens = new ScriptedTokens();

    await clientOf(tokens, options).onModuleInit();

    expect(tokens.asked).toStrictEqual([]);
    expect(recorded.lines).toStrictEqual([]);
  });

  it('warns once of a secret that travels in URLs', async () => {
    const client = clientOf(new ScriptedTokens('A'), {
      ...CREDENTIALS,
      credentialsIn: 'query',
    });

    await client.onModuleInit();

    expect(recorded.lines).toMatchObject([
      {
        level: 'warn',
        context: 'AsposeAuth:reports',
        message: expect.stringContaining("credentialsIn: 'query'"),
      },
    ]);
  });

  it('closes its tower and detaches its tokens', async () => {
    const tower = tokenTower();
    const tokens = new AsposeTokenService(
      'default',
      tower.tokens,
      new Subject(),
      ['https://api.aspose.cloud'],
    );
    const client = clientOf(tokens);
    const sent: unknown[] = [];
    const http = axios.create({
      adapter: async (config) => {
        sent.push(config.headers.get('Authorization'));
        return {
          data: '',
          status: 200,
          statusText: 'OK',
          headers: {},
          config,
        };
      },
    });
    attachAsposeToken(http, tokens);
    await http.get('https://api.aspose.cloud/v4.0/cells');

    client.close();
    await http.get('https://api.aspose.cloud/v4.0/cells');

    expect(tower.events.at(-1)).toMatchObject({ type: 'closed' });
    expect(sent).toStrictEqual(['Bearer token-1', undefined]);
  });

  it('closes what a test has put in place of its tokens, if that can be closed', () => {
    const calls: string[] = [];
    const [plain, closable] = [
      { getToken: () => Promise.reject(new Error('not asked')) },
      {
        getToken: () => Promise.reject(new Error('not asked')),
        close: () => calls.push('close'),
      },
    ];

    for (const tokens of [plain, closable])
      clientOf(tokens as unknown as TokenSource).close();

    expect(calls).toStrictEqual(['close']);
  });

  it('shows no secret when it is printed', () => {
    const client = clientOf(new ScriptedTokens('A'));

    expect(inspect(client, { depth: Infinity })).not.toContain(SECRET);
    expect(inspect(client, { depth: Infinity })).toContain('reports');
  });
});
