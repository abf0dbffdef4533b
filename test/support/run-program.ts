import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** How a program ended, and what it said. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of `test/regression/programs` in a process of its own, on the built package. */
export function runProgram(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramEnd> {
  const program = join(__dirname, '..', 'regression', 'programs', name);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      // Node 22.12 warns of `require()` of an ES module, such as Nest 12.
      ['--disable-warning=ExperimentalWarning', program],
      // As a user runs it: a test runner may have set flags and variables of its own.
      { env: { PATH: process.env['PATH'], ...env }, timeout: 45_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? NaN);
        resolve({ code, stdout, stderr });
      },
    );
  });
}
