// Sees to it that there is a redis-server to run the tests of the fleet with: Debian's, installed where that is permitted.
import { spawnSync } from 'node:child_process';

const LOWEST_MAJOR = 7;

const run = (command, ...args) =>
  spawnSync(command, args, { encoding: 'utf8' });

function majorOf(program) {
  const { stdout } = run(program, '--version');
  return Number(/(?:v=|redis-cli )(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

const lacking = () =>
  ['redis-server', 'redis-cli'].filter(
    (program) => majorOf(program) < LOWEST_MAJOR,
  );

function install() {
  const apt =
    process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  const options = ['install', '--yes', '--no-install-recommends'];
  for (const step of [['update'], [...options, 'redis-server']]) {
    const { status } = run(...apt, ...step);
    if (status !== 0) return;
  }
}

if (lacking().length > 0) install();
if (lacking().length > 0) {
  process.stderr.write(
    `The tests of the fleet need ${lacking().join(' and ')}, version ${LOWEST_MAJOR} or later, in the PATH.\n` +
      'Debian and Ubuntu: sudo apt-get install redis-server\n' +
      'macOS: brew install redis\n',
  );
  process.exitCode = 1;
}
