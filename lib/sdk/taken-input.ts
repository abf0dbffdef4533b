import type { Readable } from 'node:stream';

import { isStream } from '../http/replayable-body.js';
import { snapshotOf } from '../http/snapshot.js';

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
  const kept = (stream: Readable) => {
    const taken = take(stream);
    streams.push(taken);
    return taken;
  };
  return {
    input: takenOf(input, kept, new Map()) as T,
    letGo() {
      for (const stream of streams) stream.destroy();
    },
  };
}

function takenOf(
  value: unknown,
  take: (stream: Readable) => Readable,
  known: Map<object, unknown>,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (known.has(value)) return known.get(value);
  if (isStream(value)) {
    const taken = take(value);
    known.set(value, taken);
    return taken;
  }
  if (!isData(value)) return snapshotOf(value);
  const copy: object = Array.isArray(value)
    ? []
    : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
  known.set(value, copy);
  for (const [name, member] of Object.entries(value))
    Object.defineProperty(copy, name, {
      value: takenOf(member, take, known),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  return copy;
}

/** Tells whether a value is a list, or an object that keeps all its data in its own fields. */
function isData(value: object): boolean {
  if (Array.isArray(value)) return true;
  return (
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
