import { describe, expect, it } from 'vitest';

import { HELP, readCommandLine } from '../../../lib/command/command-line.js';

describe('readCommandLine', () => {
  it('has a port and a lifetime that stay the same', () => {
    expect(readCommandLine(['emulate'])).toEqual({
      emulate: { port: 4100, lifetimeSeconds: 86_400 },
    });
  });

  it('takes both numbers', () => {
    const args = ['emulate', '--port', '0', '--lifetime-seconds=60'];

    expect(readCommandLine(args)).toEqual({
      emulate: { port: 0, lifetimeSeconds: 60 },
    });
  });

  it.each([[['--help']], [['-h']], [['emulate', '--help']]])(
    'helps: %j',
    (args) => {
      expect(readCommandLine(args)).toEqual({ help: true });
    },
  );

  it('tells the defaults', () => {
    expect(HELP).toMatch(/--port .*4100/);
    expect(HELP).toMatch(/--lifetime-seconds .*86400/);
  });

  it.each([
    [[], 'There is no command.'],
    [['emulat'], 'There is no command "emulat".'],
    [['emulate', 'now'], 'emulate takes no further arguments: now.'],
    [['emulate', '--prot', '1'], "Unknown option '--prot'."],
    [['emulate', '--port'], "Option '--port <value>' argument missing."],
    [['emulate', '--port', '-1'], "Option '--port' argument is ambiguous."],
    [
      ['emulate', '--port', '65536'],
      '--port must be a whole number from 0 to 65535, not "65536".',
    ],
    [
      ['emulate', '--port', '1e3'],
      '--port must be a whole number from 0 to 65535, not "1e3".',
    ],
    [
      ['emulate', '--port='],
      '--port must be a whole number from 0 to 65535, not "".',
    ],
    [
      ['emulate', '--lifetime-seconds', '0'],
      '--lifetime-seconds must be a whole number from 1 to 31536000, not "0".',
    ],
  ])('says what is wrong with %j', (args, problem) => {
    expect(readCommandLine(args)).toEqual({ problem });
  });
});
