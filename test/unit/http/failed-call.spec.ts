import { Agent } from 'node:http';
import { Readable } from 'node:stream';

import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { attachAsposeToken, createAsposeFetch } from '../../../lib/index.js';
import {
  failedCallOf,
  isRepeatable,
  noteFailedCall,
} from '../../../lib/http/failed-call.js';
import { startCloud } from '../../support/cloud.js';
import { startSite } from '../../support/loopback-site.js';
import { nestApp } from '../../support/nest-app.js';
import { rejectionOf } from '../../support/rejection.js';

const PATH = '/v4.0/cells/status/check';

/** Each client, by a call whose URL, signal and body it is given. */
async function startClients() {
  const cloud = await startCloud();
  const { aspose, tokens } = await nestApp().overCloud(cloud).start();
  await tokens.getToken();
  const attached = axios.create();
  attachAsposeToken(attached, tokens);
  const fetch = createAsposeFetch(tokens);
  type Call = { signal?: AbortSignal; own?: boolean; data?: Readable };
  const config = ({ signal, own, data }: Call) => ({
    method: 'put',
    ...(signal && { signal }),
    ...(data && { data }),
    ...(own && { headers: { Authorization: 'own' } }),
  });
  const calls: Record<string, (url: string, call?: Call) => Promise<unknown>> =
    {
      AsposeHttpService: (url, call = {}) =>
        firstValueFrom(aspose.request({ url, ...config(call) })),
      'an attached axios': (url, call = {}) =>
        attached.request({ url, ...config(call) }),
      AsposeFetch: (url, { signal, own, data } = {}) =>
        fetch(url, {
          method: 'put',
          signal: signal ?? null,
          ...(own && { headers: { Authorization: 'own' } }),
          ...(data && { body: data as unknown as ReadableStream }),
        }),
    };
  return { cloud, calls };
}

const CLIENTS = ['AsposeHttpService', 'an attached axios', 'AsposeFetch'];

describe.each(CLIENTS)('A call by %s', (name) => {
  const start = async () => {
    const { cloud, calls } = await startClients();
    const call = calls[name];
    if (call === undefined) throw new Error(name);
    return { cloud, call };
  };

  it.each([false, true])(
    'is noted when its connection breaks, without query and password; with an authorization of its own: %s',
    async (own) => {
      const { cloud, call } = await start();
      cloud.failNext({ kind: 'reset' }, { path: 'api' });

      const error = await rejectionOf(
        call(`${cloud.url}${PATH}?password=x#y`, { own }),
      );

      expect(failedCallOf(error)).toBe(`PUT ${cloud.url}${PATH}`);
    },
  );

  it('is noted when it is answered with a 404', async () => {
    const { cloud, call } = await start();

    const outcome = await call(`${cloud.url}/nowhere`).catch(
      (error: unknown) => error,
    );

    expect(failedCallOf(outcome)).toBe(`PUT ${cloud.url}/nowhere`);
  });

  it('is noted when its time is up', async () => {
    const { cloud, call } = await start();
    cloud.failNext({ kind: 'hang' }, { path: 'api' });

    const error = await rejectionOf(
      call(`${cloud.url}${PATH}`, { signal: AbortSignal.timeout(20) }),
    );

    expect(failedCallOf(error)).toBe(`PUT ${cloud.url}${PATH}`);
  });

  it.each([false, true])(
    'can be made again unless it sent a stream, with an authorization of its own: %s',
    async (own) => {
      const { cloud, call } = await start();
      const outcomeOf = async (data?: Readable) => {
        cloud.failNext({ kind: 'throttle' }, { path: 'api' });
        const sending = call(`${cloud.url}${PATH}`, {
          own,
          ...(data && { data }),
        });
        return (await sending.catch((error: unknown) => error)) as object;
      };

      const [plain, stream] = [
        await outcomeOf(),
        await outcomeOf(Readable.from([Buffer.from('x')])),
      ];

      expect(isRepeatable(plain)).toBe(true);
      expect(isRepeatable(stream)).toBe(false);
    },
  );

  it('does not note what its body has failed with', async () => {
    const { cloud, call } = await start();
    const noDisk = new Error('no disk');
    const data = new Readable({
      read() {
        this.destroy(noDisk);
      },
    });
    cloud.revokeAll();

    const error = await rejectionOf(call(`${cloud.url}${PATH}`, { data }));

    expect(error).not.toHaveProperty('response');
    expect(failedCallOf(noDisk)).toBeUndefined();
  });
});

describe('What is not noted', () => {
  it.each(['an attached axios', 'AsposeFetch'])(
    'is a call by %s to another host',
    async (name) => {
      const { calls } = await startClients();
      const site = await startSite((_, response) => response.destroy());

      const error = await rejectionOf(calls[name]?.(site.url) ?? fetch(''));

      expect(failedCallOf(error)).toBeUndefined();
    },
  );

  it('is a reason of the app’s own to end a call', async () => {
    const { cloud, calls } = await startClients();
    const reason = new Error('the client has gone');

    const error = await rejectionOf(
      calls['AsposeFetch']?.(`${cloud.url}${PATH}`, {
        signal: AbortSignal.abort(reason),
      }) ?? fetch(''),
    );

    expect(error).toBe(reason);
    expect(failedCallOf(error)).toBeUndefined();
  });

  it.each([undefined, null, 'text', 404])('is %o', (error) => {
    noteFailedCall(error, 'a call');

    expect(failedCallOf(error)).toBeUndefined();
  });
});

it('A streamed answer that failed leaves its connection to others, though nobody reads it', async () => {
  const cloud = await startCloud();
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { aspose } = await nestApp()
    .overCloud(cloud)
    .with({ axios: { httpAgent } })
    .start();
  const call = () =>
    firstValueFrom(aspose.get(PATH, { responseType: 'stream' }));
  cloud.failNext({ kind: 'html', status: 500 }, { path: 'api' });

  const error = await rejectionOf(call());

  expect((await call()).status).toBe(200);
  expect(failedCallOf(error)).toBe(`GET ${cloud.url}${PATH}`);
});

it('The first note of an error stays', () => {
  const error = Object.freeze(new Error('refused'));
  noteFailedCall(error, 'GET a');
  noteFailedCall(error, 'GET b');

  expect(failedCallOf(error)).toBe('GET a');
});
