import { describe, expect, it } from 'vitest';

import type { AsposeAuthModuleOptions } from '../../../lib/options/aspose-auth-options.interface.js';
import { leaksIn } from '../../support/leaks.js';
import {
  type Answer,
  granted,
  json,
  silence,
  tokenTower,
} from '../../support/token-tower.js';
import { watch } from '../../support/watched-promise.js';

const CLIENT_ID = '0e8400e2-9b41-44d4-a716-446655440000';
const SECRET = 'c0ffee1122334455c0ffee66778899aa';
const TOKEN = 'canary-token-1.5ec2e7';
const CANARIES = { secret: SECRET, token: TOKEN };
const CREDENTIALS = { clientId: CLIENT_ID, clientSecret: SECRET };

/** A token endpoint that echoes the request, secret and all, wherever it can. */
function echo(status: number): Answer {
  return ({ url, body }) =>
    json(
      status,
      {
        error: `bad: ${body}`,
        error_description: SECRET,
        access_token: `${TOKEN}\n`,
        request: `${url} ${body}`,
      },
      { location: `${url}?${body}`, 'x-request': body },
    );
}

const ANSWERS: [string, Answer][] = [
  ...[200, 302, 400, 401, 408, 429, 500, 503].map(
    (status): [string, Answer] => [`echoes with ${status}`, echo(status)],
  ),
  ['says the secret', () => ({ status: 200, headers: {}, body: SECRET })],
  ['quotes the secret', () => json(200, SECRET)],
  ['says the secret in HTML', () => json(200, `<p>${SECRET}</p>`)],
  ['grants the secret', () => json(200, { access_token: ` ${SECRET}` })],
  ['ends too early', () => ({ ...granted(TOKEN), body: `{"a":"${TOKEN}` })],
  ['ends too late', silence],
  [
    'states the token as lifetime',
    () => json(200, { access_token: TOKEN, expires_in: TOKEN }),
  ],
  ['has expired already', () => granted(TOKEN, 0)],
];

describe.each<[string, AsposeAuthModuleOptions]>([
  ['credentials in the form', CREDENTIALS],
  [
    'credentials in the query',
    {
      ...CREDENTIALS,
      credentialsIn: 'query',
      queryNames: { clientSecret: SECRET.slice(0, 4) },
    },
  ],
  ['credentials from a function', { credentials: async () => CREDENTIALS }],
])('The engine with %s', (_, options) => {
  it.each(ANSWERS)(
    'shows no secret and no token when the endpoint %s',
    async (_, answer) => {
      const tower = tokenTower(options);
      const { tokens, clock, events } = tower;
      tower.answer = answer;
      const call = watch(tokens.getToken());
      await clock.advance(10_000);
      const next = watch(tokens.getToken());
      await clock.advance(10_000);
      expect(call.state).toBe('rejected');
      for (const shown of [
        call.reason,
        next.reason,
        events,
        tokens.explain(),
        tokens.hold(),
        tokens,
      ])
        expect(leaksIn(shown, CANARIES)).toEqual([]);
    },
  );

  it('shows no token when all goes well, nor when it is unauthorized', async () => {
    const tower = tokenTower(options);
    const { tokens, clock, events } = tower;
    tower.answer = () => granted(TOKEN);
    const token = await tokens.getToken();
    await tokens.getToken({
      unauthorized: { token, origin: 'https://a.example' },
    });
    await tokens.getToken({
      unauthorized: { token, origin: 'https://a.example' },
    });
    await clock.advance(3_600_000);
    await tokens.getToken({ minValidityMs: 9e9 });
    tokens.close();
    for (const shown of [token, events, tokens.explain(), tokens])
      expect(leaksIn(shown, CANARIES)).toEqual([]);
    expect(token.value).toBe(TOKEN);
  });
});

describe('The engine, with a function that fails', () => {
  it.each([
    ['whitespace around', { ...CREDENTIALS, clientSecret: `${SECRET}\n` }],
    ['the two swapped', { clientId: SECRET, clientSecret: CLIENT_ID }],
    ['the secret alone', { clientSecret: SECRET }],
    ['the secret as text', SECRET],
  ])('shows no secret that has %s', async (_, given) => {
    const { tokens, clock, events } = tokenTower({
      credentials: async () => given as typeof CREDENTIALS,
    });
    const call = watch(tokens.getToken());
    await clock.advance(10_000);
    expect(call.state).toBe('rejected');
    for (const shown of [call.reason, events, tokens.explain(), tokens])
      expect(leaksIn(shown, CANARIES)).toEqual([]);
  });

  it.each([
    ['quotes what it cannot read', () => JSON.parse(SECRET)],
    [
      'speaks of it',
      () => {
        throw new Error(`no such secret: ${SECRET}`);
      },
    ],
  ])('shows no secret where the function %s', async (_, credentials) => {
    const { tokens, clock, events } = tokenTower({ credentials });
    const call = watch(tokens.getToken());
    await clock.advance(10_000);
    expect(call.state).toBe('rejected');
    for (const shown of [call.reason, events, tokens.explain(), tokens])
      expect(leaksIn(shown, CANARIES)).toEqual([]);
  });
});
