import { sourceBehind } from '../token/token-layer.js';
import type { TokenSource } from '../token/token-source.js';

/**
 * The key of an option that is not for users: says which URLs an app may call, by throwing for the others. The module's own
 * HTTP clients are given an adapter; the official SDKs have none.
 */
export const ASSERT_REACHABLE = Symbol('assertReachable');

/** Throws for a URL that may not be called. */
export type AssertReachable = (url: string) => void;

const assertions = new WeakMap<object, AssertReachable>();

/** Has the calls that carry a source's tokens checked before they are made. */
export function limitCalls(tokens: object, assert: AssertReachable): void {
  assertions.set(sourceBehind(tokens), assert);
}

/** @throws what the app under test is told of a call that is not to be made. */
export function assertReachable(url: unknown, tokens: TokenSource): void {
  assertions.get(sourceBehind(tokens))?.(String(url));
}
