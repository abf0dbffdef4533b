import type { Readable } from 'node:stream';

import { deepCopy } from '../http/body/deep-copy.js';
import { isStream } from '../http/body/replayable-body.js';
import { snapshotOf } from '../http/body/snapshot.js';

/** What was handed to an SDK, as it was at the call. */
export interface TakenInput<T> {
  readonly input: T;
  /** Lets go of its streams, where they are not sent after all. */
  readonly letGo: () => void;
}

/**
 * Takes what is handed to an SDK as it is now, whatever its owner does with it later: streams are taken over, all else
 * is copied, the SDKs' models and other classes that merely hold data among it.
 *
 * @param take - takes a stream over.
 */
export function takeInput<T>(
  input: T,
  take: (stream: Readable) => Readable,
): TakenInput<T> {
  const streams: Readable[] = [];
  const copyOfOther = (other: object) => {
    if (!isStream(other)) return snapshotOf(other);
    const taken = take(other);
    streams.push(taken);
    return taken;
  };
  return {
    input: deepCopy(input, { isData, copyOfOther }),
    letGo() {
      for (const stream of streams) stream.destroy();
    },
  };
}

/** Tells whether a value is a list, or an object that keeps all its data in its own fields. */
function isData(value: object): boolean {
  if (Array.isArray(value)) return true;
  return (
    !isStream(value) &&
    Object.prototype.toString.call(value) === '[object Object]' &&
    !(value instanceof URL) &&
    !('toJSON' in value) &&
    !hasAccessors(Object.getPrototypeOf(value) as object | null)
  );
}

/** They may read what no copy has: private fields. */
function hasAccessors(prototype: object | null): boolean {
  if (prototype === null || prototype === Object.prototype) return false;
  const members = Object.values(Object.getOwnPropertyDescriptors(prototype));
  return (
    members.some((member) => 'get' in member) ||
    hasAccessors(Object.getPrototypeOf(prototype) as object | null)
  );
}
