import { TokenRequestError } from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenClock } from '../token/token-clock.js';
import { CLOSED, heldBack, type TokenHold } from '../token/token-hold.js';
import type { TokenLayer } from '../token/token-layer.js';
import { flightClearance } from './flight-clearance.js';
import { type Flight, SingleFlight } from './single-flight.js';
import type { Unauthorized } from './unauthorized-policy.js';

/** What {@link TokenFlights} work with. */
export interface TokenFlightsParts {
  /** Where new tokens come from. */
  readonly source: TokenLayer;
  readonly clock: TokenClock;
  /** How long getting a token may take, all attempts included, in milliseconds. */
  readonly flightMs: number;
}

/** Starts flights for a token where they are cleared. Each method returns the flight in the air, if there is one. */
export class TokenFlights extends SingleFlight<AccessToken> {
  readonly #parts: TokenFlightsParts;
  readonly #fly: (flight: Flight<AccessToken>) => Promise<AccessToken>;
  #isClosed = false;

  constructor(
    parts: TokenFlightsParts,
    fly: (flight: Flight<AccessToken>) => Promise<AccessToken>,
  ) {
    super(parts.clock, parts.flightMs, gaveNoToken);
    this.#parts = parts;
    this.#fly = fly;
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
  refresh(): Flight<AccessToken> | undefined {
    if (this.current !== undefined) return this.current;
    const clearance = flightClearance(this.hold(), { for: 'refresh' });
    return clearance === 'go' ? this.launch(this.#fly) : undefined;
  }

  /** Replaces a token that an API answered 401 to; the verdict on it was `renew`. */
  renew(unauthorized: Unauthorized): Flight<AccessToken> {
    return this.launch(this.#fly, unauthorized);
  }

  /**
   * Fetches a token for a caller who waits for it.
   *
   * @param hasToken - whether there is a valid token, though not one that meets the caller's minimum.
   * @throws {AsposeAuthError} when a hold lasts longer than the caller can wait.
   */
  fetch(hasToken: boolean): Flight<AccessToken> {
    if (this.current !== undefined) return this.current;
    const hold = this.hold();
    const leftMs = this.#parts.flightMs;
    const request = { for: 'caller', hasToken, leftMs } as const;
    if (hold !== undefined && flightClearance(hold, request) === 'stay')
      throw heldBack(hold);
    return this.launch(this.#fly);
  }

  /** Ends the flight in the air, and starts no other. */
  close(): void {
    this.#isClosed = true;
    this.current?.abort(heldBack(CLOSED));
  }
}

function gaveNoToken(flightMs: number): TokenRequestError {
  return TokenRequestError.timeout('gave no token', flightMs);
}
