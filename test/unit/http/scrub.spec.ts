import { Agent } from 'node:http';
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
    const answer = response();

    scrubResponse(answer, CONFIG);

    expect(answer.config).toBe(CONFIG);
    expect(answer.request).toStrictEqual(response().request);
    expect(inspect(answer, { depth: 9 })).not.toContain('canary');
    expect(JSON.stringify(answer)).not.toContain('canary');
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
  const withAgent = () => {
    const agent = new Agent();
    Object.assign(agent.sockets, { 'host:1': ['Bearer canary'] });
    return { agent, config: { ...CONFIG, [name]: agent } };
  };

  it('keeps its connections out of sight of who prints a response', () => {
    const { agent, config } = withAgent();

    scrubResponse(response(), config);

    expect(inspect(agent, { depth: 9 })).not.toContain('canary');
    expect(agent.sockets).toHaveProperty('host:1');
  });

  it('keeps them out of sight of who prints an error', () => {
    const { agent, config } = withAgent();

    scrubError(Object.assign(new Error('reset'), { config: SENT }), config);

    expect(inspect(agent, { depth: 9 })).not.toContain('canary');
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
