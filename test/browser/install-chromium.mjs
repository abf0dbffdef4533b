// Sees to it that there is a Chromium to drive: Debian's, installed where that is permitted.
import { spawnSync } from 'node:child_process';

import { chromiumHere, PLACES } from './chromium.mjs';

function install() {
  const apt =
    process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  const options = ['install', '--yes', '--no-install-recommends'];
  for (const step of [['update'], [...options, 'chromium']]) {
    const [command, ...args] = [...apt, ...step];
    if (spawnSync(command, args, { stdio: 'ignore' }).status !== 0) return;
  }
}

if (chromiumHere() === undefined) install();
if (chromiumHere() === undefined) {
  process.stderr.write(
    `The tests in a browser need Chromium, at one of ${PLACES.filter(Boolean).join(', ')}.\n` +
      'Debian: sudo apt-get install chromium\n' +
      'Elsewhere: CHROMIUM=/path/to/chromium npm run test:browser\n',
  );
  process.exitCode = 1;
}
