import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/errors/errors.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import type { ClientCredentialsInput } from '../../../lib/credential/client-credentials.js';
import { CredentialsResolver } from '../../../lib/credential/credentials-resolver.js';
import { watch } from '../../support/watched-promise.js';

const PAIR = { clientId: 'client', clientSecret: 'secret' };

function resolving(
  factory: () => ClientCredentialsInput | Promise<ClientCredentialsInput>,
) {
  const clock = new ManualTokenClock();
  let calls = 0;
  const resolver = new CredentialsResolver(() => {
    calls += 1;
    return factory();
  }, clock);
  return { clock, resolver, calls: () => calls };
}

describe('CredentialsResolver of a fixed pair', () => {
  const resolver = new CredentialsResolver(PAIR, new ManualTokenClock());

  it('has it at hand, and none to change it for', async () => {
    expect(resolver.current?.clientId).toBe('client');
    expect(resolver.canRenew).toBe(false);
    await expect(resolver.renew(undefined)).rejects.toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
    });
    expect(resolver.current?.clientSecret.value).toBe('secret');
  });
});

describe('CredentialsResolver of a function', () => {
  it('asks for nothing before it is told to', () => {
    const { resolver, calls } = resolving(() => PAIR);
    expect(resolver.current).toBeUndefined();
    expect(resolver.canRenew).toBe(true);
    expect(calls()).toBe(0);
  });

  it.each([
    ['a pair', () => PAIR],
    ['a promise of a pair', () => Promise.resolve(PAIR)],
  ])('keeps %s', async (_, factory) => {
    const { resolver } = resolving(factory);
    const pair = await resolver.renew(undefined);
    expect(pair.clientSecret.value).toBe('secret');
    expect(resolver.current).toBe(pair);
  });

  it('may ask again 5 s after it last asked, whatever became of it', async () => {
    const { clock, resolver } = resolving(() => {
      throw new Error('sealed');
    });
    await expect(resolver.renew(undefined)).rejects.toThrow('failed (Error)');
    expect(resolver.canRenew).toBe(false);
    await clock.advance(4_999);
    clock.setWallClock(60_000);
    expect(resolver.canRenew).toBe(false);
    await clock.advance(1);
    expect(resolver.canRenew).toBe(true);
  });

  it('asks once for all who want to know at the same time', async () => {
    const { resolver, calls } = resolving(() => Promise.resolve(PAIR));
    const pairs = await Promise.all(
      Array.from({ length: 100 }, () => resolver.renew(undefined)),
    );
    expect(new Set(pairs).size).toBe(1);
    expect(calls()).toBe(1);
    await resolver.renew(undefined);
    expect(calls()).toBe(2);
  });

  it('keeps the last pair when the function fails', async () => {
    let fails = false;
    const { resolver } = resolving(() => {
      if (fails) throw new Error('sealed');
      return PAIR;
    });
    const pair = await resolver.renew(undefined);
    fails = true;
    await expect(resolver.renew(undefined)).rejects.toThrow('failed (Error)');
    expect(resolver.current).toBe(pair);
  });

  it('asks anew after the one who asked was called off', async () => {
    const answers = [new Promise<typeof PAIR>(() => {}), Promise.resolve(PAIR)];
    const { resolver, calls } = resolving(() => answers[calls() - 1] ?? PAIR);
    const controller = new AbortController();
    const first = resolver.renew(controller.signal);
    controller.abort(new Error('deadline'));
    await expect(first).rejects.toThrow('deadline');
    expect(resolver.current).toBeUndefined();
    const pair = await resolver.renew(undefined);
    expect(resolver.current).toBe(pair);
    expect(calls()).toBe(2);
  });

  it('keeps an answer that comes when nobody waits for it any more', async () => {
    let answer: (pair: ClientCredentialsInput) => void = () => {};
    const { resolver } = resolving(
      () => new Promise((resolve) => (answer = resolve)),
    );
    const controller = new AbortController();
    const asked = resolver.renew(controller.signal);
    controller.abort(new Error('called off'));
    await expect(asked).rejects.toThrow('called off');

    answer(PAIR);
    await new Promise(setImmediate);

    expect(resolver.current?.clientId).toBe('client');
  });

  it('waits no longer than a limit where it is given one', async () => {
    const { clock, resolver } = resolving(() => new Promise(() => {}));
    const asked = watch(resolver.renewWithin(4_000, undefined));

    await clock.advance(3_999);
    expect(asked.reason).toBeUndefined();
    await clock.advance(1);

    expect(asked.reason).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
      message: expect.stringContaining('did not answer in time'),
    });
    expect(clock.scheduled.all).toBe(0);
  });

  it('repeats nothing of a pair that fails when it is looked at', async () => {
    const { resolver } = resolving(() => ({
      clientId: 'client',
      get clientSecret(): string {
        throw new SyntaxError('Unexpected token in "canary"');
      },
    }));

    const error = await resolver.renew(undefined).catch((thrown) => thrown);

    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
    });
    expect(inspect(error)).toContain('failed (SyntaxError)');
    expect(inspect(error)).not.toContain('canary');
  });

  it('lets one who was called off spoil nothing for who asked since', async () => {
    const pending: ((pair: typeof PAIR) => void)[] = [];
    const { resolver, calls } = resolving(
      () => new Promise((resolve) => pending.push(resolve)),
    );
    const controller = new AbortController();
    const early = resolver.renew(controller.signal);
    const patient = resolver.renew(undefined);
    controller.abort(new Error('gone'));
    await expect(early).rejects.toThrow('gone');
    const late = resolver.renew(undefined);
    pending[0]?.(PAIR);
    await patient;
    void resolver.renew(undefined);
    expect(calls()).toBe(2);
    pending[1]?.(PAIR);
    await expect(late).resolves.toMatchObject({ clientId: 'client' });
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('vault is sealed');
      },
      'failed (Error).',
    ],
    [
      'throws what quotes a secret',
      () => JSON.parse('canary'),
      'failed (SyntaxError). Its message is not repeated',
    ],
    [
      'finds no file',
      () => readFileSync('/run/secrets/canary'),
      'failed (ENOENT).',
    ],
    [
      'has a code of its own',
      () => {
        throw Object.assign(new Error('no'), { code: 'canary in a code' });
      },
      'failed (Error).',
    ],
    [
      'rejects',
      () => Promise.reject(new Error('vault is sealed')),
      'failed (Error).',
    ],
    [
      'throws what is no error',
      () => {
        // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- as a function of the app's may
        throw 'canary';
      },
      'failed (string).',
    ],
    ['gives nothing', () => undefined, 'returned undefined, not {'],
    ['gives null', () => null, 'returned null, not {'],
    ['gives text', () => 'client:canary', 'returned string, not {'],
    [
      'gives half a pair',
      () => ({ clientId: 'client' }),
      'clientSecret is missing',
    ],
    [
      'gives a newline of a mounted file',
      () => ({ ...PAIR, clientSecret: 'canary\n' }),
      'clientSecret begins or ends with white space',
    ],
    [
      'gives quotes of an environment file',
      () => ({ ...PAIR, clientSecret: '"canary"' }),
      'clientSecret is in quotes: remove them',
    ],
    [
      'gives a variable that nothing has replaced',
      () => ({ ...PAIR, clientSecret: '${canary}' }),
      'clientSecret is a placeholder',
    ],
    ['gives a number', () => ({ ...PAIR, clientId: 7 }), 'not number.'],
  ])('fails for a while when the function %s', async (_, factory, message) => {
    const { resolver } = resolving(factory as () => ClientCredentialsInput);
    const error: unknown = await resolver.renew(undefined).catch((e) => e);
    expect(error).toMatchObject({
      code: AsposeAuthErrorCode.CREDENTIALS_UNAVAILABLE,
      failure: 'transient',
      attempts: 0,
      message: expect.stringContaining(
        'The function given as the option credentials ',
      ),
    });
    expect(String(error)).toContain(message);
    expect(inspect(error)).not.toContain('canary');
    expect(error).not.toHaveProperty('cause');
  });
});
