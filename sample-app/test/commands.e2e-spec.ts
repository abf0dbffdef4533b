import { tmpdir } from 'node:os';

import { describe, expect, it, vi } from 'vitest';

import { hasEngine } from './support/has-engine.js';
import { freePort, listenAnywhere } from './support/ports.js';
import { type Command, runCommand } from './support/run-command.js';

const TIMEOUT_MS = 60_000;

async function started(app: Command): Promise<void> {
  await vi.waitFor(() => expect(app.output()).toContain('curl'), {
    timeout: TIMEOUT_MS,
  });
}

describe('The demo', { timeout: TIMEOUT_MS }, () => {
  it.skipIf(!hasEngine)('converts 50 times with one token', async () => {
    const demo = runCommand('demo.js', {
      ASPOSE_CLIENT_ID: 'an id from the environment',
      ASPOSE_CLIENT_SECRET: 'a secret from the environment',
      ASPOSE_BASE_URL: 'https://aspose.invalid',
    });

    expect(await demo.exited).toBe(0);
    expect(demo.output()).toContain('answers 200 with a PDF: 50');
    expect(demo.output()).toContain('token requests: 1\n');
    expect(demo.output()).toMatch(
      /Wrote \.demo.quarterly-sales\.pdf, \d+ bytes/,
    );
  });

  it('names the package when there is no engine', async () => {
    // The engine is looked for where the command is run.
    const demo = runCommand('demo.js', {}, tmpdir());

    expect(await demo.exited).toBe(2);
    expect(demo.output()).toContain('aspose.cells.node');
  });
});

describe('The app', { timeout: TIMEOUT_MS }, () => {
  it('names a busy port in one line', async () => {
    const { server, port } = await listenAnywhere();

    const app = runCommand('main.js', { PORT: String(port) });

    expect(await app.exited).toBe(1);
    const lines = app.output().split('\n');
    expect(lines.filter((line) => line.includes(String(port)))).toEqual([
      expect.stringContaining('address already in use'),
    ]);
    expect(app.output()).not.toContain('    at ');
    server.close();
  });

  it('does not start a local cloud when it is told of another one', async () => {
    const app = runCommand('main.js', {
      ASPOSE_BASE_URL: 'https://aspose.invalid',
    });

    expect(await app.exited).toBe(1);
    expect(app.output()).toContain(
      'ASPOSE_BASE_URL is set, but not ASPOSE_CLIENT_ID and ASPOSE_CLIENT_SECRET',
    );
    expect(app.output()).not.toContain('local cloud listens');
  });

  it('starts no local cloud in production, and names the settings that are missing', async () => {
    const app = runCommand('main.js', { NODE_ENV: 'production' });

    expect(await app.exited).toBe(1);
    expect(app.output()).toContain(
      'Set ASPOSE_CLIENT_ID and ASPOSE_CLIENT_SECRET',
    );
    expect(app.output()).not.toContain('local cloud listens');
  });

  it('listens for this machine only, unless HOST says more', async () => {
    const port = String(await freePort());
    const onAnotherAddress = `http://127.0.0.2:${port}/status`;
    const app = runCommand('main.js', { PORT: port });
    await started(app);
    await expect(fetch(onAnotherAddress)).rejects.toThrow('fetch failed');
    app.process.kill();
    await app.exited;

    await started(runCommand('main.js', { PORT: port, HOST: '0.0.0.0' }));

    expect(await fetch(onAnotherAddress)).toHaveProperty('status', 200);
  });

  it.each([
    ['', ['status', 'storage', 'files/book.xlsx']],
    // The SDK is not among them: for its client, Node reads NO_PROXY before the app begins.
    ['1', ['status', 'storage']],
  ])(
    'reaches the local cloud past the proxy of the environment, with NODE_USE_ENV_PROXY=%s',
    async (NODE_USE_ENV_PROXY, routes) => {
      const port = await freePort();
      const proxy = 'http://127.0.0.1:9';
      const app = runCommand('main.js', {
        PORT: String(port),
        HTTP_PROXY: proxy,
        http_proxy: proxy,
        NO_PROXY: undefined,
        no_proxy: undefined,
        NODE_USE_ENV_PROXY,
      });
      await started(app);

      const answers = await Promise.all(
        routes.map((route) => fetch(`http://localhost:${port}/${route}`)),
      );

      expect(answers.map(({ status }) => status)).toEqual(
        routes.map(() => 200),
      );
    },
  );

  it.each([
    ['switched off', {}, [404, 404]],
    [
      'with the settings of both',
      { GROUPDOCS: 'on', CUSTOMERS_FILE: 'sample-app/fixtures/customers.json' },
      [200, 200],
    ],
  ])(
    'answers for a second account and for customers: %s',
    async (_, settings, statuses) => {
      const port = await freePort();
      const app = runCommand('main.js', { PORT: String(port), ...settings });
      await started(app);

      const answers = await Promise.all(
        ['formats', 'customer/storage'].map((route) =>
          fetch(`http://localhost:${port}/${route}`, {
            headers: { 'x-customer-key': 'key-of-acme' },
          }),
        ),
      );

      expect(answers.map(({ status }) => status)).toEqual(statuses);
    },
  );

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'takes the local cloud with it on %s',
    async (signal) => {
      const app = runCommand('main.js', { PORT: String(await freePort()) });
      await started(app);
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
