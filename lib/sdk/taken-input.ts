import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';

import { isStream } from '../http/body/replayable-body.js';
import { deepCopy, snapshotOf } from '../http/body/snapshot.js';
import { holdsStream } from './sdk-requests.js';
import { takePart, takeStream } from './taken-stream.js';

/**
 * Takes what is handed to an SDK as it is now, whatever its owner does with it later: streams are taken over, all else
 * is copied, the SDKs' models and other classes that merely hold data among it.
 *
 * @param take - takes a stream over.
 * @returns the input as it is now, and what lets go of its streams where they are not sent after all.
 */
export function takeInput<T>(input: T, take: (stream: Readable) => Readable) {
  const streams: Readable[] = [];
  const copyOfOther = (other: object) => {
    if (!isStream(other)) return snapshotOf(other);
    const taken = take(other);
    streams.push(taken);
    return taken;
  };
  return {
    input: deepCopy(input, isData, copyOfOther),
    letGo: () => {
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

/** What the SDKs send, in the options of the `request` package; which of these there are depends on the SDK. */
const SENT = 'uri url qs body form formData json multipart'.split(' ');

/**
 * Takes over what a request of an SDK is to send, in the same tick.
 *
 * @returns lets go of its streams, where it is not sent after all.
 */
export function takeRequest(request: Record<string, unknown>): () => void {
  const sent = SENT.filter((name) => request[name] !== undefined);
  const { input, letGo } = takeInput(
    Object.fromEntries(sent.map((name) => [name, request[name]])),
    holdsStream(request['multipart']) ? partTaker(request) : takeStream,
  );
  Object.assign(request, input);
  return letGo;
}

/** Takes the parts of a multipart body of the `request` package, which fail it while it is under way. */
function partTaker(
  request: Record<string, unknown>,
): (stream: Readable) => Readable {
  let underWay: ClientRequest | undefined;
  const watched = (client: typeof http | typeof https): object =>
    Object.create(client, {
      request: {
        value: (options: RequestOptions) =>
          (underWay = client.request(options)),
      },
    }) as object;
  request['httpModules'] = { 'http:': watched(http), 'https:': watched(https) };
  return (stream) => takePart(stream, (error) => underWay?.destroy(error));
}
