import { parseEnv } from 'node:util';

import { describe, expect, it, onTestFinished } from 'vitest';

import { logLine } from '../../../lib/command/emulate.js';
import { runCommand } from '../../../lib/command/run-command.js';
import { startCloud } from '../../support/cloud.js';
import { eventually } from '../../support/eventually.js';

/** Runs the command until the test ends, or interrupts it. */
function run(...args: string[]) {
  const written = { printed: '', remarked: '' };
  const terminal = {
    print: (text: string) => void (written.printed += text),
    remark: (text: string) => void (written.remarked += text),
  };
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  onTestFinished(interrupt);
  const exitCode = runCommand(args, terminal, interruption.signal);
  return { written, exitCode, interrupt };
}

/** Runs a cloud on a free port, and reads the `.env` that it prints. */
async function emulated() {
  const command = run('emulate', '--port', '0');
  await eventually(() => expect(command.written.remarked).not.toBe(''));
  const env = parseEnv(command.written.printed);
  const url = String(env['ASPOSE_BASE_URL']);
  return { ...command, env, url };
}

function tokenRequest(env: NodeJS.Dict<string>): RequestInit {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: String(env['ASPOSE_CLIENT_ID']),
    client_secret: String(env['ASPOSE_CLIENT_SECRET']),
  });
  return { method: 'POST', body };
}

describe('nestjs-aspose-auth emulate', () => {
  it('prints a .env that leads to a cloud with tokens and a storage', async () => {
    const { env, url } = await emulated();

    const answer = await fetch(`${url}/connect/token`, tokenRequest(env));
    const { access_token: token } = (await answer.json()) as {
      access_token: string;
    };
    const headers = { Authorization: `Bearer ${token}` };
    const disc = await fetch(`${url}/v4.0/cells/storage/disc`, { headers });

    expect(await disc.json()).toEqual({ UsedSize: 0, TotalSize: 1024 ** 3 });
  });

  it('prints the same account each time', async () => {
    const [first, second] = [await emulated(), await emulated()];

    expect({ ...first.env, ASPOSE_BASE_URL: '' }).toEqual({
      ...second.env,
      ASPOSE_BASE_URL: '',
    });
  });

  it('remarks on each request in one line, without a secret or a token', async () => {
    const { env, url, written } = await emulated();
    const secret = String(env['ASPOSE_CLIENT_SECRET']);

    const answer = await fetch(`${url}/connect/token`, tokenRequest(env));
    const { access_token: token } = (await answer.json()) as {
      access_token: string;
    };
    const headers = { Authorization: `Bearer ${token}` };
    await fetch(`${url}/v4.0/cells?secret=${secret}`, { headers });
    await fetch(`${url}/v4.0/nothing`);

    await eventually(() => {
      const lines = written.remarked.match(/^\d.*$/gm) ?? [];
      expect(lines.map((line) => line.replaceAll(/\d+(?= ms)/g, 'x'))).toEqual([
        expect.stringMatching(
          /^\d\d:\d\d:\d\d POST \/connect\/token 200 x ms$/,
        ),
        expect.stringMatching(/^\S{8} GET \/v4\.0\/cells 200 x ms$/),
        expect.stringMatching(/^\S{8} GET \/v4\.0\/nothing 401 x ms$/),
      ]);
    });
    expect(written.remarked).not.toContain(secret);
    expect(written.remarked).not.toContain(token);
  });

  it('ends when it is interrupted', async () => {
    const { url, exitCode, interrupt } = await emulated();

    interrupt();

    expect(await exitCode).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('says so when its port is taken, and how to choose another', async () => {
    const cloud = await startCloud();
    const { port } = new URL(cloud.url);

    const { written, exitCode } = run('emulate', '--port', port);

    expect(await exitCode).toBe(1);
    expect(written).toEqual({
      printed: '',
      remarked: `Port ${port} is taken. End what listens there, or choose another with --port.\n`,
    });
  });

  it.each([
    [['emulate', '--prot', '1'], "Unknown option '--prot'."],
    [[], 'There is no command.'],
  ])('refuses %j, and leads to the help', async (args, problem) => {
    const { written, exitCode } = run(...args);

    expect(await exitCode).toBe(2);
    expect(written).toEqual({
      printed: '',
      remarked: `${problem} Try: npx nestjs-aspose-auth --help\n`,
    });
  });

  it('helps', async () => {
    const { written, exitCode } = run('--help');

    expect(await exitCode).toBe(0);
    expect(written.printed).toMatch(/^Usage: nestjs-aspose-auth emulate/);
    expect(written.remarked).toBe('');
  });
});

describe('logLine', () => {
  it('tells a request that was broken off', () => {
    const request = { method: 'PUT', path: '/x', query: new URLSearchParams() };
    const answered = {
      ...request,
      headers: {},
      status: undefined,
      tookMs: 1.6,
    };

    const at = new Date(2026, 10, 29, 8, 5, 9);
    expect(logLine(answered, at)).toBe('08:05:09 PUT /x broken off 2 ms\n');
  });
});
