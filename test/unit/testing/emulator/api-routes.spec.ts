import type { ServerResponse } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AsposeCloudEmulator } from '../../../../lib/testing/index.js';
import { callApi } from './emulator-requests.js';

describe('The API routes of the emulator', () => {
  let cloud: AsposeCloudEmulator;

  beforeEach(async () => {
    cloud = await AsposeCloudEmulator.start();
  });
  afterEach(() => cloud.close());

  it('answer an unknown path with the error envelope', async () => {
    const answer = await callApi(cloud, cloud.issueToken(), '/v3.0/nowhere');

    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      RequestId: expect.any(String) as string,
      Error: {
        Code: 'errorItemNotFound',
        Message: 'Nothing is served at GET /v3.0/nowhere.',
        Description: 'Nothing is served at GET /v3.0/nowhere.',
        DateTime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        InnerError: null,
      },
    });
  });

  it('match their method and path in any letter case, the newest first', async () => {
    const answerWith =
      (text: string) => (_: unknown, response: ServerResponse) =>
        void response.end(text);
    cloud.route('get', '/Files/A', answerWith('old'));
    cloud.route('GET', '/files/a', answerWith('new'));
    cloud.route('GET', /^\/folders\/\w+$/g, answerWith('expression'));
    const token = cloud.issueToken();
    const read = async (path: string) =>
      (await callApi(cloud, token, path)).text();

    expect(await read('/FILES/a?x=1')).toBe('new');
    expect(await read('/FOLDERS/b')).toBe('expression');
    expect(await read('/folders/b')).toBe('expression');
    const post = await callApi(cloud, token, '/files/a', { method: 'POST' });
    expect(post.status).toBe(404);
  });

  it('are reached only with a valid token, unless they are public', async () => {
    let calls = 0;
    const count = (_: unknown, response: ServerResponse) => {
      calls += 1;
      response.end();
    };
    cloud.route('GET', '/closed', count);
    cloud.route('GET', '/open', count, { public: true });

    expect((await callApi(cloud, 'invalid', '/closed')).status).toBe(401);
    expect(calls).toBe(0);
    expect((await callApi(cloud, 'invalid', '/open')).status).toBe(200);
    expect((await callApi(cloud, undefined, '/open')).status).toBe(200);
    expect(calls).toBe(2);
    expect(cloud.counters.callsWithInvalidToken).toBe(2);
  });

  it('may throw or reject: that is a 500, whatever headers they had set', async () => {
    cloud.route('GET', '/throws', (_, response) => {
      response.setHeader('Content-Length', 5);
      throw new Error('no disk');
    });
    cloud.route('GET', '/rejects', () => Promise.reject(new Error('no cpu')));
    const token = cloud.issueToken();

    for (const [path, reason] of [
      ['/throws', 'no disk'],
      ['/rejects', 'no cpu'],
    ]) {
      const answer = await callApi(cloud, token, path);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({
        Error: { Code: 'error', Message: `Error: ${reason}` },
      });
    }
  });

  it('break the connection when they fail in the middle of an answer', async () => {
    cloud.route('GET', '/breaks', (_, response) => {
      response.write('half');
      throw new Error('no disk');
    });
    const token = cloud.issueToken();

    await expect(
      callApi(cloud, token, '/breaks').then((answer) => answer.text()),
    ).rejects.toThrow();
    expect((await callApi(cloud, token)).status).toBe(200);
  });

  it('may answer twice without harm to the emulator', async () => {
    cloud.route('GET', '/twice', (_, response) => {
      response.end('one');
      response.write('two');
      response.end('three');
    });
    const token = cloud.issueToken();

    await callApi(cloud, token, '/twice').catch(() => undefined);
    expect((await callApi(cloud, token)).status).toBe(200);
  });
});
