import { parseArgs } from 'node:util';

/** How the development cloud is to run. */
export interface EmulateSettings {
  readonly port: number;
  readonly lifetimeSeconds: number;
}

/** What a command line asks for, or what is wrong with it. */
export type CommandLine =
  | { readonly emulate: EmulateSettings }
  | { readonly help: true }
  | { readonly problem: string };

/** The range of each number, and what it is where it is not given. */
const NUMBERS = {
  port: { default: 4100, lowest: 0, highest: 65_535 },
  'lifetime-seconds': { default: 86_400, lowest: 1, highest: 31_536_000 },
};

/** What `--help` prints. */
export const HELP = `Usage: nestjs-aspose-auth emulate [options]

Starts an Aspose Cloud on this machine, for development: it issues tokens, and prints what to put into .env to use it.

Serves  PUT /v4.0/cells/convert/spreadsheet  converts for real, if aspose.cells.node is installed
        GET /v4.0/cells/storage/disc
        GET /v4.0/cells/status/check

Options
  --port <number>              where it listens on 127.0.0.1; 0 for any free port (default: ${NUMBERS.port.default})
  --lifetime-seconds <number>  how long its tokens are valid (default: ${NUMBERS['lifetime-seconds'].default})
  -h, --help                   prints this
`;

/** Reads the arguments of the command. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        'lifetime-seconds': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return { help: true };
    assertEmulate(positionals);
    const port = numberOf('port', values);
    const lifetimeSeconds = numberOf('lifetime-seconds', values);
    return { emulate: { port, lifetimeSeconds } };
  } catch (error) {
    // What Node says after its first sentence is about arguments that begin with a dash.
    const [problem = ''] = (error as Error).message.split(/\.\s(?=To |Did )/);
    return { problem: problem.replace(/\.?$/, '.') };
  }
}

function assertEmulate([command, ...others]: string[]): void {
  if (command === undefined) throw new Error('There is no command');
  if (command !== 'emulate')
    throw new Error(`There is no command "${command}"`);
  if (others.length > 0)
    throw new Error(`emulate takes no further arguments: ${others.join(' ')}`);
}

function numberOf<Name extends keyof typeof NUMBERS>(
  name: Name,
  values: { readonly [key in Name]?: string | undefined },
): number {
  const range = NUMBERS[name];
  const { [name]: text = String(range.default) } = values;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= range.lowest && number <= range.highest)
    return number;
  throw new Error(
    `--${name} must be a whole number from ${range.lowest} to ${range.highest}, not "${text}"`,
  );
}
