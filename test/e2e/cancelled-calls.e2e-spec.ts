import { once } from 'node:events';
import type { Readable } from 'node:stream';

import axios, { isCancel } from 'axios';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

import type { AsposeHttpService } from '../../lib/index.js';
import type { AsposeCloudEmulator } from '../../lib/testing/index.js';
import { startCloud } from '../support/cloud.js';
import { nestApp } from '../support/nest-app.js';
import { rejectionOf } from '../support/rejection.js';
import { startSite } from '../support/loopback-site.js';

const STATUS = '/v4.0/cells';
const AFTERWARDS = '/v4.0/cells/status/check';

/** A token endpoint that answers when told to, with a token of the cloud. */
async function slowTokenEndpoint(cloud: AsposeCloudEmulator) {
  let arrive: () => void = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  let answer: () => void = () => {};
  const site = await startSite((_, response) => {
    arrive();
    answer = () =>
      response.end(
        JSON.stringify({ access_token: cloud.issueToken(), expires_in: 3600 }),
      );
  });
  return {
    url: `${site.url}/connect/token`,
    arrived,
    answer: () => answer(),
  };
}

/** Makes one more call, so that whatever was to be sent before has been. */
const callAfterwards = ({ axiosRef }: AsposeHttpService) =>
  axiosRef.get(AFTERWARDS);

const pathsOf = ({ apiCalls }: AsposeCloudEmulator): string[] =>
  apiCalls.map(({ path }) => path);

/** As libraries bring one that are older than the platform's. */
class PolyfilledSignal {
  aborted = false;
  addEventListener(): void {}
  removeEventListener(): void {}
}

describe('A call that is cancelled while it waits for the token', () => {
  it('by its signal fails at once, and is not made', async () => {
    const cloud = await startCloud();
    const endpoint = await slowTokenEndpoint(cloud);
    const { aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: endpoint.url })
      .start();
    const controller = new AbortController();
    const calling = rejectionOf(
      firstValueFrom(aspose.get(STATUS, { signal: controller.signal })),
    );
    await endpoint.arrived;

    controller.abort();

    expect(isCancel(await calling)).toBe(true);
    endpoint.answer();
    // The flight belongs to nobody: it went on.
    await tokens.getToken();
    await callAfterwards(aspose);
    expect(pathsOf(cloud)).toStrictEqual([AFTERWARDS]);
  });

  it('by a signal that is not the platform’s own is not made', async () => {
    const cloud = await startCloud();
    const endpoint = await slowTokenEndpoint(cloud);
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: endpoint.url })
      .start();
    const signal = new PolyfilledSignal();
    const calling = rejectionOf(firstValueFrom(aspose.get(STATUS, { signal })));
    await endpoint.arrived;

    signal.aborted = true;
    endpoint.answer();

    expect(isCancel(await calling)).toBe(true);
    await callAfterwards(aspose);
    expect(pathsOf(cloud)).toStrictEqual([AFTERWARDS]);
  });

  it('by unsubscribing is not made', async () => {
    const cloud = await startCloud();
    const endpoint = await slowTokenEndpoint(cloud);
    const { aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: endpoint.url })
      .start();
    const answers: unknown[] = [];
    const subscription = aspose.get(STATUS).subscribe({
      next: (answer) => answers.push(answer),
      error: (error) => answers.push(error),
    });
    await endpoint.arrived;

    subscription.unsubscribe();
    endpoint.answer();
    await tokens.getToken();
    await callAfterwards(aspose);

    expect(answers).toStrictEqual([]);
    expect(pathsOf(cloud)).toStrictEqual([AFTERWARDS]);
  });

  it('by a cancel token fails at once, and is not made', async () => {
    const cloud = await startCloud();
    const endpoint = await slowTokenEndpoint(cloud);
    const { aspose } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: endpoint.url })
      .start();
    const source = axios.CancelToken.source();
    const calling = rejectionOf(
      firstValueFrom(aspose.get(STATUS, { cancelToken: source.token })),
    );
    await endpoint.arrived;

    source.cancel('enough');

    expect(await calling).toMatchObject({ message: 'enough' });
    endpoint.answer();
    await callAfterwards(aspose);
    expect(pathsOf(cloud)).toStrictEqual([AFTERWARDS]);
  });
});

describe('A call that is cancelled', () => {
  it('before it begins causes no token request', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();

    const error = await rejectionOf(
      firstValueFrom(aspose.get(STATUS, { signal: AbortSignal.abort() })),
    );

    expect(isCancel(error)).toBe(true);
    expect(cloud.counters.tokenRequests).toBe(0);
  });

  it('while its unauthorized token is replaced is not made again', async () => {
    const cloud = await startCloud();
    const endpoint = await slowTokenEndpoint(cloud);
    const { aspose, tokens } = await nestApp()
      .overCloud(cloud)
      .with({ tokenEndpoint: endpoint.url })
      .start();
    const first = tokens.getToken();
    await endpoint.arrived;
    endpoint.answer();
    await first;
    cloud.revokeAll();
    const controller = new AbortController();
    tokens.events$.subscribe(({ type }) => {
      if (type === 'unauthorized') controller.abort();
    });

    const error = await rejectionOf(
      firstValueFrom(aspose.get(STATUS, { signal: controller.signal })),
    );

    expect(isCancel(error)).toBe(true);
    expect(cloud.apiCalls).toHaveLength(1);
  });

  it('while the API answers ends its connection', async () => {
    const cloud = await startCloud();
    const { aspose } = await nestApp().overCloud(cloud).start();
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      cloud.route('GET', '/slow', (_, response) => {
        response.on('close', resolve);
        controller.abort();
      });
    });

    const error = await rejectionOf(
      firstValueFrom(aspose.get('/slow', { signal: controller.signal })),
    );

    expect(isCancel(error)).toBe(true);
    await closed;
  });

  it('while its answer streams in ends the stream with an error', async () => {
    const cloud = await startCloud();
    cloud.route('GET', '/slow', (_, response) => void response.write('a part'));
    const { aspose } = await nestApp().overCloud(cloud).start();
    const controller = new AbortController();
    const { data } = await firstValueFrom(
      aspose.get<Readable>('/slow', {
        responseType: 'stream',
        signal: controller.signal,
      }),
    );

    const failed = once(data, 'error');
    controller.abort();

    expect(isCancel((await failed)[0])).toBe(true);
  });
});
