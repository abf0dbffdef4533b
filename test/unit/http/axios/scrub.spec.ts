import { Agent } from 'node:http';
import { PassThrough } from 'node:stream';

import { AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';

import type { AxiosLikeResponse } from '../../../../lib/http/axios/axios-like.js';
import {
  hideConnections,
  scrubError,
  scrubResponse,
} from '../../../../lib/http/axios/scrub.js';
import { leaksIn } from '../../../support/leaks.js';

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
    const answer = response();

    scrubResponse(answer, CONFIG);

    expect(answer.config).toBe(CONFIG);
    expect(answer.request).toStrictEqual(response().request);
    expect(leaksIn(answer, { token: 'canary' })).toStrictEqual([]);
    for (const name in answer) expect(name).not.toBe('request');
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

describe.each(['httpAgent', 'httpsAgent'])('An %s of the app', (name) => {
  it('keeps its connections out of sight, and at hand', () => {
    const agent = new Agent();
    Object.assign(agent.sockets, { 'host:1': ['Bearer canary'] });

    hideConnections({ ...CONFIG, [name]: agent });

    expect(leaksIn(agent, { token: 'canary' })).toStrictEqual([]);
    expect(agent.sockets).toHaveProperty('host:1');
  });

  it.each([undefined, null, false, 'agent'])('may be %j', (agent) => {
    expect(() => hideConnections({ ...CONFIG, [name]: agent })).not.toThrow();
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
