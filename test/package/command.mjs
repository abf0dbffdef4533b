import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

const TIME_LIMIT_MS = 180_000;

/** What a child inherits: nothing of this npm run, no Aspose account and no colours. */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(?:npm_(?!config_(?:registry|cache)$)|ASPOSE_|FORCE_COLOR$)/i.test(
          name,
        ),
    ),
  ),
  NO_COLOR: '1',
};

/**
 * Runs a command to its end and returns what it printed: on its standard output, and in all.
 *
 * Whatever it starts runs on the given Node. Fails when it exits with anything but 0 or takes too long; then its children
 * die with it.
 */
export async function run(
  command,
  args,
  cwd,
  { node = process.execPath, timeLimitMs = TIME_LIMIT_MS } = {},
) {
  const child = spawn(command, args, {
    cwd,
    env: {
      ...environment,
      PATH: [dirname(node), environment.PATH].join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that all of it can be ended.
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', end);

  let stdout = '';
  let printed = '';
  let isLate = false;
  child.stdout.on('data', (chunk) => (stdout += chunk));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (printed += chunk));
  const limit = setTimeout(() => {
    isLate = true;
    end();
  }, timeLimitMs);

  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(limit);
  process.off('exit', end);
  if (code === 0) return { stdout, printed };
  const ending = isLate ? `took over ${timeLimitMs} ms` : `exited ${code}`;
  throw new Error(`${[command, ...args].join(' ')}: ${ending}\n${printed}`);
}
