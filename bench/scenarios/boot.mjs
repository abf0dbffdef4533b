// What a peer adds to the start of a Nest app that makes its API calls with HttpModule: loading it, and setting it up.
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { median } from '../support/statistics.mjs';

export default {
  title: 'boot time added to a Nest app',
  figures: [
    {
      key: 'addedMs',
      name: 'loaded and set up',
      unit: 'ms',
      digits: 1,
      atMost: 15,
    },
    { key: 'loadMs', name: '… of which loading', unit: 'ms', digits: 1 },
    {
      key: 'percent',
      name: '… of what the app takes from process start without it',
      unit: '%',
      digits: 1,
    },
  ],

  async run({ peerFile, server, isQuick }) {
    const added = [];
    const loads = [];
    const bares = [];
    await bootMs(server, peerFile);
    for (let pair = 0; pair < (isQuick ? 2 : 9); pair += 1) {
      const bare = await bootMs(server);
      const own = await bootMs(server, peerFile);
      added.push(own.totalMs - bare.totalMs);
      loads.push(own.loadMs);
      bares.push(bare.sinceProcessStartMs);
    }
    const addedMs = median(added);
    return {
      addedMs,
      loadMs: median(loads),
      percent: (addedMs / median(bares)) * 100,
    };
  },
};

async function bootMs({ origin, newCredentials }, peerFile) {
  const child = fork(new URL('../boot-app.mjs', import.meta.url), {
    execArgv: [],
  });
  child.send({ origin, credentials: newCredentials(), peerFile });
  const [times] = await once(child, 'message');
  await once(child, 'exit');
  return times;
}
