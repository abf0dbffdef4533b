import { HELP, readCommandLine } from './command-line.js';
import { emulate, type Terminal } from './emulate.js';

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/** Does what a command line asks for, until the signal aborts; resolves to the exit code. */
export async function runCommand(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const line = readCommandLine(args);
  if ('help' in line) {
    terminal.print(HELP);
    return DONE;
  }
  if ('problem' in line) {
    terminal.remark(`${line.problem} Try: npx nestjs-aspose-auth --help\n`);
    return MISUSED;
  }
  try {
    await emulate(line.emulate, terminal, signal);
    return DONE;
  } catch (error) {
    terminal.remark(whyNotListening(error, line.emulate.port));
    return FAILED;
  }
}

function whyNotListening(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE'
    ? `Port ${port} is taken. End what listens there, or choose another with --port.\n`
    : `The cloud could not start on port ${port}: ${message}\n`;
}
