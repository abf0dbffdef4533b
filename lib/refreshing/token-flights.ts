import { AsyncResource } from 'node:async_hooks';

import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import type { DecisionLog } from '../token/token-event.js';
import { CLOSED, heldBack, type TokenHold } from '../token/token-hold.js';
import type { TokenLayer } from '../token/token-layer.js';
import { flightClearance } from './flight-clearance.js';
import { Flight } from './flight.js';
import type { Unauthorized } from './unauthorized-policy.js';

/** What {@link TokenFlights} work with. */
export interface TokenFlightsParts {
  /** Where new tokens come from. */
  readonly source: TokenLayer;
  readonly clock: TokenClock;
  /** Says whose token it is. */
  readonly decisions: DecisionLog;
  /** How long getting a token may take, all attempts included, in milliseconds. */
  readonly flightMs: number;
}

/**
 * A flight serves many requests, so it must not run in the async context of the one that started it.
 *
 * Destroyed at once, since it holds nothing: else tools such as `jest --detectOpenHandles` report it for ever. Its context
 * stays.
 */
const neutralContext = new AsyncResource('AsposeTokenFlight', {
  requireManualDestroy: true,
}).emitDestroy();

/** Starts flights for a token where they are cleared, at most one at a time. Each method returns the one in the air. */
export class TokenFlights {
  readonly #parts: TokenFlightsParts;
  readonly #fly: (flight: Flight) => Promise<AccessToken>;
  #current: Flight | undefined;
  #isClosed = false;

  constructor(
    parts: TokenFlightsParts,
    fly: (flight: Flight) => Promise<AccessToken>,
  ) {
    this.#parts = parts;
    this.#fly = fly;
  }

  /** The flight in the air. */
  get current(): Flight | undefined {
    return this.#current;
  }

  /** Whether no flight starts any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What holds flights back. */
  hold(): TokenHold | undefined {
    return this.#isClosed ? CLOSED : this.#parts.source.hold();
  }

  /** Replaces a valid token; undefined while that is not cleared. */
  refresh(): Flight | undefined {
    if (this.#current !== undefined) return this.#current;
    const clearance = flightClearance(this.hold(), { for: 'refresh' });
    return clearance === 'go' ? this.#launch() : undefined;
  }

  /** Replaces a token that an API answered 401 to; the verdict on it was `renew`. */
  renew(unauthorized: Unauthorized): Flight {
    if (this.#current === undefined) return this.#launch(unauthorized);
    const joinedAtMs = this.#parts.clock.monotonicNow();
    this.#current.unauthorized = { ...unauthorized, joinedAtMs };
    return this.#current;
  }

  /**
   * Fetches a token for a caller who waits for it.
   *
   * @param hasToken - whether there is a valid token, though not one that meets the caller's minimum.
   * @throws {AsposeAuthError} when a hold lasts longer than the caller can wait.
   */
  fetch(hasToken: boolean): Flight {
    if (this.#current !== undefined) return this.#current;
    const hold = this.hold();
    const leftMs = this.#parts.flightMs;
    const request = { for: 'caller', hasToken, leftMs } as const;
    if (hold !== undefined && flightClearance(hold, request) === 'stay')
      throw heldBack(hold);
    return this.#launch();
  }

  /** Ends the flight in the air, and starts no other. */
  close(): void {
    this.#isClosed = true;
    this.#current?.abort(heldBack(CLOSED));
  }

  #launch(unauthorized?: Unauthorized): Flight {
    return neutralContext.runInAsyncScope(() => {
      const { clock, decisions, flightMs } = this.#parts;
      const { whose } = decisions;
      const flight = new Flight(clock, whose, flightMs, unauthorized);
      const land = () => {
        this.#current = undefined;
      };
      flight.landed.then(land, land);
      this.#current = flight;
      flight.takeOff(this.#fly);
      return flight;
    });
  }
}
