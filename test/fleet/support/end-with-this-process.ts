import { type ChildProcess, spawn } from 'node:child_process';

/** Has a child end when this process is gone, even if that was killed: nothing is left behind by a test that is cut short. */
export function endWithThisProcess(child: ChildProcess): void {
  // It reads a line when the child has ended, and the end of its input when this process has.
  const watch = spawn('sh', ['-c', `read ended || kill -KILL ${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  child.once('exit', () => watch.stdin?.end('ended\n'));
}
