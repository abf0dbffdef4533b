import { fork } from 'node:child_process';

const LIMIT_MS = 120_000;

/**
 * Runs one scenario with one peer in a process of its own. Resolves whatever becomes of it: with what it sent, or with
 * how it died.
 */
export function runInProcess(peer, scenario, execArgv = []) {
  return new Promise((resolve) => {
    const result = {};
    let errors = '';
    const child = fork(
      new URL('../run-one.mjs', import.meta.url),
      [`${peer}.mjs`, `${scenario}.mjs`],
      {
        // What this process was started with, as --cpu-prof, goes for that one, too.
        execArgv: [...process.execArgv, ...execArgv],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('message', (message) => Object.assign(result, message));
    const limit = setTimeout(() => {
      result.died = `The process did not finish within ${LIMIT_MS / 1_000} s.`;
      child.kill('SIGKILL');
    }, LIMIT_MS);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      if (!('figures' in result) && !('cannot' in result))
        result.died ??= `The process ended with ${signal ?? `exit code ${code}`}: ${reason(errors)}.`;
      resolve(result);
    });
  });
}

/** What Node says of the error that ended the process. */
function reason(errors) {
  if (errors.includes('UnhandledPromiseRejection'))
    return 'a rejection that no caller could handle';
  const line = errors
    .split('\n')
    .find((text) => /^\[?\w*(?:Error|Exception)\b/.test(text));
  return line?.slice(0, 120) ?? 'no reason given';
}
