import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';

import { AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';

import type { AxiosLikeResponse } from '../../../lib/http/axios-like.js';
import { scrubError, scrubResponse } from '../../../lib/http/scrub.js';

const CONFIG = { headers: new AxiosHeaders() };
const SENT = { headers: new AxiosHeaders({ Authorization: 'Bearer canary' }) };

const response = (data: unknown = 'x'): AxiosLikeResponse => ({
  status: 200,
  headers: {},
  data,
  config: SENT,
  request: { _header: 'Authorization: Bearer canary' },
});

describe('A response', () => {
  it('gets the config of the caller, and keeps its request out of sight', () => {
    const scrubbed = scrubResponse(response(), CONFIG);

    expect(scrubbed.config).toBe(CONFIG);
    expect(scrubbed.request).toStrictEqual(response().request);
    expect(inspect(scrubbed, { depth: 9, showHidden: true })).not.toContain(
      'canary',
    );
    expect(JSON.stringify(scrubbed)).not.toContain('canary');
    for (const name in scrubbed) expect(name).not.toBe('request');
  });

  it('keeps all else that an adapter gave it', () => {
    const answer = { ...response(), statusText: 'OK', servedBy: 'a mock' };

    const scrubbed = scrubResponse(answer, CONFIG);

    const { request: _, ...rest } = answer;
    expect({ ...scrubbed }).toStrictEqual({ ...rest, config: CONFIG });
  });

  it('may be given another request', () => {
    const scrubbed = scrubResponse(response(), CONFIG);
    scrubbed.request = 'another';

    expect(scrubbed.request).toBe('another');
  });

  it('that is cloned comes without its request', () => {
    const scrubbed = scrubResponse(response(), CONFIG);
    const prototype = Object.getPrototypeOf(scrubbed) as object;
    const clone = Object.assign(
      Object.create(prototype) as AxiosLikeResponse,
      scrubbed,
    );

    expect(clone.status).toBe(200);
    expect(clone.request).toBeUndefined();
  });

  it('that streams keeps its socket and request out of sight', () => {
    const data = Object.assign(new PassThrough(), {
      req: 1,
      socket: 2,
      client: 3,
    });

    scrubResponse(response(data), CONFIG);

    const keys = Object.keys(data);
    expect(keys).not.toContain('req');
    expect(keys).not.toContain('socket');
    expect(keys).not.toContain('client');
    expect(data).toMatchObject({ req: 1, socket: 2, client: 3 });
  });
});

describe('An error', () => {
  it('gets the config of the caller, itself and in its response', () => {
    const error = Object.assign(new Error('404'), {
      config: SENT,
      request: {},
      response: response(),
    });

    expect(scrubError(error, CONFIG)).toBe(error.response);
    expect(error.config).toBe(CONFIG);
    expect(error.response.config).toBe(CONFIG);
    expect(Object.keys(error)).not.toContain('request');
    expect(Object.keys(error.response)).not.toContain('request');
  });

  it('without a response has its config replaced all the same', () => {
    const error = Object.assign(new Error('reset'), { config: SENT });

    expect(scrubError(error, CONFIG)).toBeUndefined();
    expect(error.config).toBe(CONFIG);
  });

  it('that is none of axios gets nothing added', () => {
    const error = new Error('no disk');

    expect(scrubError(error, CONFIG)).toBeUndefined();
    expect(Object.keys(error)).toStrictEqual([]);
  });

  it.each([undefined, null, 'text', 42])('may be %j', (thrown) => {
    expect(scrubError(thrown, CONFIG)).toBeUndefined();
  });
});
