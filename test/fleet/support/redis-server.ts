import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { endWithThisProcess } from './end-with-this-process.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);

/** A real `redis-server` in a process of its own, at a port of its own, that keeps nothing on disk. */
export class RedisServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'aspose-redis-'));
  #process: ChildProcess | undefined;

  private constructor(
    /** Where it listens on this machine. */
    readonly port: number,
    private readonly config: readonly string[],
    private readonly flags: readonly string[],
  ) {}

  /**
   * Starts a server.
   *
   * @param config - lines of its configuration.
   * @param flags - what the program is given besides, such as `--sentinel`.
   */
  static async start(
    config: readonly string[] = [],
    flags: readonly string[] = [],
  ): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), config, flags);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again where it was, empty. */
  async restart(): Promise<void> {
    const file = join(this.#folder, 'redis.conf');
    writeFileSync(
      file,
      [
        'bind 127.0.0.1',
        `port ${this.port}`,
        `dir ${this.#folder}`,
        ...(this.flags.includes('--sentinel') ? [] : ['save ""']),
        ...this.config,
        '',
      ].join('\n'),
    );
    const child = spawn('redis-server', [file, ...this.flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endWithThisProcess(child);
    this.#process = child;
    await saidReady(child);
  }

  /** Has the server do something, by a connection of its own. */
  async command(...words: string[]): Promise<string> {
    const { stdout } = await run('redis-cli', [
      '-e',
      '-p',
      String(this.port),
      ...words,
    ]);
    return stdout.trim();
  }

  /** Stops it in the middle of what it does: its connections stay open, and nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it at once, as when the machine is lost. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    this.thaw();
    await this.#end('SIGTERM');
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

function saidReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      if (/Ready to accept connections|Sentinel ID is/.test(said)) resolve();
    });
    child.once('error', reject);
    child.once('exit', () =>
      reject(new Error(`redis-server does not start:\n${said}`)),
    );
  });
}
