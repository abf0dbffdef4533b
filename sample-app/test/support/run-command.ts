import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Command {
  readonly process: ChildProcess;
  /** What it has printed so far, to either stream. */
  output(): string;
  /** Resolves with the exit code, when all output has been read. */
  readonly exited: Promise<number | null>;
}

/** Runs a file of the sample app's dist folder without credentials, until the test ends. */
export function runCommand(
  file: string,
  env: Record<string, string | undefined> = {},
  cwd = ROOT,
): Command {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))],
    {
      cwd,
      env: {
        ...process.env,
        ASPOSE_CLIENT_ID: '',
        ASPOSE_CLIENT_SECRET: '',
        ASPOSE_BASE_URL: '',
        GROUPDOCS: '',
        CUSTOMERS_FILE: '',
        HOST: '',
        NO_COLOR: '1',
        ...env,
      },
    },
  );
  onTestFinished(() => void child.kill());
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    process: child,
    output: () => output,
    exited: once(child, 'close').then(([code]) => code as number | null),
  };
}
