import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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

/** Starts a command in a process group of its own, which dies with this process, so that all of it can be ended. */
function start(command, args, cwd, node, env = {}) {
  const child = spawn(command, args, {
    cwd,
    env: {
      ...environment,
      ...env,
      PATH: [dirname(node), environment.PATH].join(delimiter),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', end);
  const closed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => process.off('exit', end));
  const output = { stdout: '', printed: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output.printed += chunk));
  return { child, output, end, closed };
}

/**
 * Runs a command until it has printed something, and returns what it has printed and what ends it.
 *
 * Fails when it exits before that, or takes too long.
 */
export async function runUntil(expected, command, args, cwd, env) {
  const started = start(command, args, cwd, process.execPath, env);
  const { output, end, closed } = started;
  let code;
  closed.then(
    (exitCode) => (code = exitCode),
    (error) => (code = error.message),
  );
  const limit = Date.now() + TIME_LIMIT_MS;
  while (!output.printed.includes(expected)) {
    if (code === undefined && Date.now() < limit) await delay(50);
    else {
      end();
      throw new Error(
        `${[command, ...args].join(' ')}: ${code ?? 'took too long'}\n${output.printed}`,
      );
    }
  }
  const stop = async () => {
    end();
    await closed;
  };
  return { output, stop };
}

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
  const { output, end, closed } = start(command, args, cwd, node);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    end();
  }, timeLimitMs);
  const code = await closed;
  clearTimeout(limit);
  if (code === 0) return output;
  const ending = isLate ? `took over ${timeLimitMs} ms` : `exited ${code}`;
  throw new Error(
    `${[command, ...args].join(' ')}: ${ending}\n${output.printed}`,
  );
}
