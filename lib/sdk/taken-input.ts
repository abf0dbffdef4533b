import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';

import { isStream } from '../http/body/replayable-body.js';
import { deepCopy, snapshotOf } from '../http/body/snapshot.js';
import { holdsStream } from './sdk-requests.js';
import { type TransportOptions, watchRequests } from './sdk-transport.js';
import { takePart, takeStream } from './taken-stream.js';

/** What was copied already: nobody but this package has it. */
const copies = new WeakSet<object>();

/** Input as it was when it was taken. */
export interface TakenInput<T> {
  readonly input: T;
  /** What one of its streams has failed with. */
  readonly failure: () => Error | undefined;
  /** Lets go of its streams where they are not sent after all. */
  readonly letGo: () => void;
}

/**
 * Takes what is handed to an SDK as it is now, whatever its owner does with it later: streams are taken over, all else
 * is copied, the SDKs' models and other classes that merely hold data among it. What was taken before is not taken again.
 *
 * @param take - takes a stream over.
 */
export function takeInput<T>(
  input: T,
  take: (stream: Readable) => Readable,
): TakenInput<T> {
  const streams: Readable[] = [];
  const copyOfOther = (other: object) => {
    if (copies.has(other)) return other;
    if (!isStream(other)) return copyOf(other);
    const taken = take(other);
    if (taken !== other) streams.push(taken);
    return taken;
  };
  return {
    input: deepCopy(input, isData, copyOfOther),
    failure: () => streams.find(({ errored }) => errored)?.errored ?? undefined,
    letGo: () => {
      for (const stream of streams) stream.destroy();
    },
  };
}

function copyOf(other: object): object {
  const copy = snapshotOf(other);
  if (copy !== other) copies.add(copy);
  return copy;
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

/** What the SDKs send, in the options of the `request` package; which of these there are depends on the SDK. */
const SENT = 'uri url qs body form formData json multipart'.split(' ');

/**
 * Takes over what a request of an SDK is to send, in the same tick.
 *
 * @returns lets go of its streams, where it is not sent after all.
 */
export function takeRequest(request: TransportOptions): () => void {
  const sent = SENT.filter((name) => request[name] !== undefined);
  const { input, letGo } = takeInput(
    Object.fromEntries(sent.map((name) => [name, request[name]])),
    holdsStream(request['multipart']) ? partTaker(request) : takeStream,
  );
  Object.assign(request, input);
  return letGo;
}

/** Takes the parts of a multipart body of the `request` package, which fail it while it is under way. */
function partTaker(request: TransportOptions): (stream: Readable) => Readable {
  let underWay: ClientRequest | undefined;
  watchRequests(request, (made) => (underWay = made));
  return (stream) => takePart(stream, (error) => underWay?.destroy(error));
}
