import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { loadWorkbookEngine } from '../src/local-cloud/workbook-engine.js';
import { runProgram } from './support/run-program.js';

const TIMEOUT_MS = 60_000;
const engine = await loadWorkbookEngine();

async function listenAnywhere(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listenAnywhere();
  await once(server.close(), 'close');
  return port;
}

describe('The demo', { timeout: TIMEOUT_MS }, () => {
  it.skipIf(!engine)('converts 50 times with one token', async () => {
    const demo = runProgram('demo.js');

    expect(await demo.exited).toBe(0);
    expect(demo.output()).toContain('answers 200 with a PDF: 50');
    expect(demo.output()).toContain('token requests: 1\n');
    expect(demo.output()).toMatch(
      /Wrote \.demo.quarterly-sales\.pdf, \d+ bytes/,
    );
  });

  it('names the package when there is no engine', async () => {
    const withoutEngine = new URL(
      'support/without-engine.mjs',
      import.meta.url,
    );
    const demo = runProgram('demo.js', {
      NODE_OPTIONS: `--import ${withoutEngine.href}`,
    });

    expect(await demo.exited).toBe(2);
    expect(demo.output()).toContain('aspose.cells.node');
  });
});

describe('The app', { timeout: TIMEOUT_MS }, () => {
  it('names a busy port', async () => {
    const { server, port } = await listenAnywhere();

    const app = runProgram('main.js', { PORT: String(port) });

    expect(await app.exited).toBe(1);
    expect(app.output()).toContain(`Port ${port} is in use`);
    expect(app.output()).not.toContain('    at ');
    server.close();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'takes the local cloud with it on %s',
    async (signal) => {
      const app = runProgram('main.js', { PORT: String(await freePort()) });
      await vi.waitFor(() => expect(app.output()).toContain('curl'), {
        timeout: TIMEOUT_MS,
      });
      const cloud =
        /local cloud listens on (\S+)/.exec(app.output())?.[1] ?? '';
      await expect(fetch(cloud)).resolves.toHaveProperty('status', 401);

      app.process.kill(signal);
      await app.exited;

      await vi.waitFor(() =>
        expect(fetch(cloud)).rejects.toThrow('fetch failed'),
      );
    },
  );
});
