import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';

import type { AsposeClients } from '../clients/aspose-clients.js';
import { ASPOSE_FETCH_CHANNEL } from '../credential/fetch-channel.js';
import type { TokenClock } from '../token/token-clock.js';
import { type ClientState, keyOf } from './client-state.js';
import { ClientWatch } from './client-watch.js';
import { EventStreams, type StreamMessage } from './event-streams.js';

/** How often is looked for what no event tells: the state of a token changes with its age. */
const LOOK_MS = 1_000;

/** How long a page hears nothing if nothing changes. */
const QUIET_MS = 15_000;

/** What comes within this time is sent together: a storm of events is not one of messages. */
const GAP_MS = 200;

/** Where token requests tell that they begin and end. */
const FETCHES = ['start', 'asyncEnd'].map(
  (moment) => `tracing:${ASPOSE_FETCH_CHANNEL}:${moment}`,
);

/** Watches an app's clients, and tells open pages how they are. Sends what has changed, and works for open pages only. */
export class TokenConsole {
  readonly #clients: AsposeClients;
  readonly #clock: TokenClock;
  readonly #watches = new Map<string, ClientWatch>();
  readonly #sent = new Map<string, { key: string; at: number }>();
  readonly #streams = new EventStreams(() => this.#rest());
  readonly #onFetch = () => this.#sendSoon();
  #looking: NodeJS.Timeout | undefined;
  #sending: NodeJS.Timeout | undefined;
  #lastSentAt = -Infinity;

  constructor(clients: AsposeClients, clock: TokenClock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  /** Follows all clients. A lazily loaded module may bring another later: called again, it follows that one, too. */
  watch(): void {
    for (const name of this.#clients.names)
      if (!this.#watches.has(name))
        this.#watches.set(
          name,
          new ClientWatch(
            name,
            this.#clients.get(name).tokens,
            this.#clock,
            () => this.#sendSoon(),
          ),
        );
  }

  /** Whether another page may be opened. */
  get hasRoom(): boolean {
    return this.#streams.hasRoom;
  }

  /** Tells a page how the clients are, from now on. */
  open(response: ServerResponse): void {
    this.watch();
    const states = this.#states();
    this.#streams.open(response, [
      {
        event: 'process',
        data: processState(this.#clock, [...this.#watches.keys()]),
      },
      ...states.map(messageOf),
    ]);
    if (this.#streams.size === 0 || this.#looking !== undefined) return;
    for (const state of states) this.#noteSent(state);
    this.#looking = setInterval(() => this.#sendChanges(), LOOK_MS).unref();
    for (const channel of FETCHES) subscribe(channel, this.#onFetch);
  }

  /** Ends all pages, and follows no client any more. */
  end(): void {
    this.#streams.end();
    this.#rest();
    for (const watch of this.#watches.values()) watch.end();
    this.#watches.clear();
  }

  #rest(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    clearTimeout(this.#sending);
    this.#sending = undefined;
    for (const channel of FETCHES) unsubscribe(channel, this.#onFetch);
  }

  #sendSoon(): void {
    if (this.#looking === undefined || this.#sending !== undefined) return;
    const waitMs = this.#lastSentAt + GAP_MS - performance.now();
    this.#sending = setTimeout(
      () => {
        this.#sending = undefined;
        this.#sendChanges();
      },
      Math.max(0, waitMs),
    ).unref();
  }

  #sendChanges(): void {
    const news = this.#states().filter((state) => this.#isNews(state));
    for (const state of news) this.#noteSent(state);
    this.#streams.send(news.map(messageOf));
  }

  #states(): ClientState[] {
    return [...this.#watches.values()].map(({ state }) => state);
  }

  #isNews(state: ClientState): boolean {
    const last = this.#sent.get(state.client);
    return (
      last?.key !== keyOf(state) || performance.now() - last.at >= QUIET_MS
    );
  }

  #noteSent(state: ClientState): void {
    this.#lastSentAt = performance.now();
    this.#sent.set(state.client, {
      key: keyOf(state),
      at: this.#lastSentAt,
    });
  }
}

function messageOf(state: ClientState): StreamMessage {
  return { event: 'client', data: state };
}

/** Which process the page speaks for. */
function processState(clock: TokenClock, clients: readonly string[]) {
  return {
    host: hostname(),
    pid: process.pid,
    clients,
    startedAt: clock.wallNow() - process.uptime() * 1000,
    nowMs: clock.wallNow(),
  };
}
