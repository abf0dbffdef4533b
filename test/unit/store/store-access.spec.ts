import { describe, expect, it } from 'vitest';

import { StoreAccess, StoreAccesses } from '../../../lib/store/store-access.js';
import { ManualTokenClock } from '../../../lib/testing/manual-token-clock.js';
import { MemoryTokenStore } from '../../../lib/testing/store/memory.token-store.js';
import type { TokenEvent } from '../../../lib/token/token-event.js';
import { watch } from '../../support/watched-promise.js';

function access() {
  const clock = new ManualTokenClock();
  const store = new MemoryTokenStore({ clock });
  const events: TokenEvent[] = [];
  const toStore = new StoreAccess(store, clock);
  const asker = {
    whose: { client: 'reports' },
    record: (event: TokenEvent) => void events.push(event),
  };
  let asked = 0;
  const ask = () =>
    watch(
      toStore.ask(async (given) => {
        asked += 1;
        return (await given.read('key')).now;
      }, asker),
    );
  return { clock, store, events, asker, toStore, ask, asked: () => asked };
}

/** A store that was connected as the process started, and has answered nothing yet. */
async function connectedAndHanging() {
  const given = access();
  const { clock, store, toStore } = given;
  store.readiness = 'connecting';
  store.fault = 'hang';
  watch(toStore.awaitConnection(undefined));
  store.readiness = 'ready';
  await clock.advance(20);
  return given;
}

describe('A store', () => {
  it('is asked, and answers', async () => {
    const { clock, ask, toStore, events } = access();
    const answer = ask();
    await clock.advance(0);
    expect(answer.value).toBe(clock.wallNow());
    expect(events).toEqual([]);
    expect(clock.scheduled.all).toBe(0);
    expect(toStore.explain()).toEqual({
      name: 'memory',
      isPassedOver: false,
      asked: 1,
      answered: 1,
    });
  });

  it('has 250 ms to answer, and is then passed over for 10 s', async () => {
    const { clock, store, ask, asked, events, toStore } = access();
    store.fault = 'hang';
    const first = ask();
    await clock.advance(249);
    expect(first.state).toBe('pending');
    await clock.advance(1);
    expect(first).toMatchObject({ state: 'fulfilled', value: undefined });
    expect(toStore.isOpen).toBe(false);
    for (let s = 0; s < 9; s += 1) {
      const call = ask();
      await clock.advance(1_000);
      expect(call.state).toBe('fulfilled');
    }
    expect(asked()).toBe(1);
    expect(events).toEqual([
      {
        type: 'store-passed-over',
        store: 'memory',
        message: 'it did not answer within 250 ms',
      },
    ]);
    await clock.advance(1_000);
    expect(toStore.isOpen).toBe(true);
    ask();
    expect(asked()).toBe(2);
  });

  it('is tried by one of those who ask after that', async () => {
    const { clock, store, ask, asked, events } = access();
    store.fault = 'hang';
    ask();
    await clock.advance(10_250);
    const calls = [ask(), ask(), ask()];
    await clock.advance(0);
    expect(asked()).toBe(2);
    expect(calls.map(({ state }) => state)).toEqual([
      'pending',
      'fulfilled',
      'fulfilled',
    ]);
    await clock.advance(250);
    expect(calls[0]?.state).toBe('fulfilled');
    expect(events).toHaveLength(1);
  });

  it('is asked by everybody again once it has answered', async () => {
    const { clock, store, ask, asked, events, toStore } = access();
    store.fault = 'fail';
    ask();
    await clock.advance(10_000);
    store.fault = undefined;
    ask();
    await clock.advance(0);
    expect(events.map(({ type }) => type)).toEqual([
      'store-passed-over',
      'store-recovered',
    ]);
    ask();
    ask();
    expect(asked()).toBe(4);
    expect(toStore.explain().isPassedOver).toBe(false);
  });

  it('is passed over when it throws, and says why in few words', async () => {
    const { clock, toStore, asker, events } = access();
    const call = watch(
      toStore.ask(() => {
        throw new Error('x'.repeat(1_000));
      }, asker),
    );
    await clock.advance(0);
    expect(call).toMatchObject({ state: 'fulfilled', value: undefined });
    expect(events).toMatchObject([{ message: 'x'.repeat(200) }]);
  });

  it.each([
    [new AggregateError([]), 'AggregateError'],
    ['gone', 'string'],
  ])(
    'says what it threw where that has no message: %s',
    async (thrown, message) => {
      const { clock, toStore, asker, events } = access();
      const fail = () => Promise.reject(thrown);
      watch(toStore.ask(fail, asker));
      await clock.advance(0);
      expect(events).toMatchObject([{ message }]);
    },
  );

  it('is not asked while it is not connected, but as soon as it is', async () => {
    const { clock, store, ask, asked, events } = access();
    store.readiness = 'down';
    const call = ask();
    await clock.advance(0);
    expect(call).toMatchObject({ state: 'fulfilled', value: undefined });
    expect(asked()).toBe(0);
    expect(events).toMatchObject([{ message: 'it is not connected' }]);
    store.readiness = 'ready';
    ask();
    await clock.advance(0);
    expect(asked()).toBe(1);
    expect(events).toHaveLength(2);
  });

  it('that throws when it is looked at is one that is down', async () => {
    const { clock, store, ask, asked } = access();
    store.look = () => {
      throw new Error('no');
    };
    const call = ask();
    await clock.advance(0);
    expect(call.state).toBe('fulfilled');
    expect(asked()).toBe(0);
  });
});

describe('A connection that is being made as the process starts', () => {
  it('is waited for once', async () => {
    const { clock, store, toStore } = access();
    store.readiness = 'connecting';
    const first = watch(toStore.awaitConnection(undefined));
    await clock.advance(100);
    expect(first.state).toBe('pending');
    store.readiness = 'ready';
    await clock.advance(20);
    expect(first.state).toBe('fulfilled');
    store.readiness = 'connecting';
    const second = watch(toStore.awaitConnection(undefined));
    await clock.advance(0);
    expect(second.state).toBe('fulfilled');
  });

  it('leaves what is left of that wait to the first answer, and not to another', async () => {
    const { clock, store, ask, events, toStore } = access();
    store.readiness = 'connecting';
    watch(toStore.awaitConnection(undefined));
    await clock.advance(100);
    store.readiness = 'ready';
    await clock.advance(20);
    const answered = new AbortController();
    const read = store.read.bind(store);
    store.read = async (key) => {
      await new Promise((resolve) =>
        answered.signal.addEventListener('abort', resolve),
      );
      return read(key);
    };
    const first = ask();
    await clock.advance(1_700);
    expect(first.state).toBe('pending');
    answered.abort();
    await clock.advance(0);
    expect(first.value).toBe(clock.wallNow());
    store.fault = 'hang';
    const second = ask();
    await clock.advance(250);
    expect(second.state).toBe('fulfilled');
    expect(events).toMatchObject([
      { message: 'it did not answer within 250 ms' },
    ]);
  });

  it('leaves the first answer 2 s at the most, whatever comes of it', async () => {
    const { clock, ask } = await connectedAndHanging();
    const first = ask();
    await clock.advance(2_000);
    expect(first.state).toBe('fulfilled');
    await clock.advance(10_000);
    const probe = ask();
    await clock.advance(250);
    expect(probe.state).toBe('fulfilled');
  });

  it('leaves them to all who ask before that answer, together', async () => {
    const { clock, ask } = await connectedAndHanging();
    const first = ask();
    await clock.advance(1_500);
    const second = ask();
    await clock.advance(500);
    expect([first.state, second.state]).toEqual(['fulfilled', 'fulfilled']);
  });

  it('is waited for no longer once it has failed', async () => {
    const { clock, store, toStore } = access();
    store.readiness = 'connecting';
    const wait = watch(toStore.awaitConnection(undefined));
    await clock.advance(40);
    store.readiness = 'down';
    await clock.advance(20);
    expect(wait.state).toBe('fulfilled');
  });

  it('is looked for so often, and not so long: the process may be computing', async () => {
    const { clock, store, toStore } = access();
    let looks = 0;
    store.look = () => {
      looks += 1;
      return 'connecting';
    };
    const wait = watch(toStore.awaitConnection(undefined));
    await clock.advance(2_000);
    expect(wait.state).toBe('fulfilled');
    expect(looks).toBe(40);
  });

  it('keeps nobody who is called off', async () => {
    const { clock, store, toStore } = access();
    store.readiness = 'connecting';
    const caller = new AbortController();
    const wait = watch(toStore.awaitConnection(caller.signal));
    const other = watch(toStore.awaitConnection(undefined));
    await clock.advance(20);
    caller.abort(new Error('gone'));
    await clock.advance(0);
    expect(wait.reason).toEqual(new Error('gone'));
    expect(other.state).toBe('pending');
  });
});

describe('The stores of an app', () => {
  it('have one access each, whoever asks', () => {
    const clock = new ManualTokenClock();
    const accesses = new StoreAccesses(clock);
    const [a, b] = [new MemoryTokenStore(), new MemoryTokenStore()];
    expect(accesses.of(a)).toBe(accesses.of(a));
    expect(accesses.of(a)).not.toBe(accesses.of(b));
  });
});
