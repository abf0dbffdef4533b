import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import type { AsposeAuthModuleOptions } from '../../../lib/index.js';
import { endWithThisProcess } from './end-with-this-process.js';
import { REPLICA_PROGRAM } from './replica-program.js';

/** Where a replica finds Redis. */
export type RedisAddress =
  | {
      readonly url: string;
      readonly login?: { readonly username: string; readonly password: string };
    }
  | { readonly cluster: readonly number[] }
  | { readonly sentinels: readonly number[]; readonly name: string };

/** How the app of a replica is booted. */
export interface ReplicaSettings {
  /** The client library and its major. */
  readonly library: string;
  /** Undefined for an app without a store. */
  readonly redis: RedisAddress | undefined;
  readonly options: AsposeAuthModuleOptions;
  readonly clock?: {
    /** How many times as fast the clock runs. */
    readonly factor?: number;
    /** How wrong its wall clock is, in milliseconds of it. */
    readonly wrongByMs?: number;
  };
  /** Where it is ended or stopped: at a step of the store, or so long after it `sent` a token request. */
  readonly dies?:
    | {
        readonly step: string;
        readonly signal: 'SIGKILL' | 'SIGSTOP';
        readonly afterMs?: number;
      }
    | undefined;
}

/** What came of some calls. */
export interface Outcome {
  /** The different tokens or statuses. */
  readonly values: readonly string[];
  /** The different codes of failures. */
  readonly codes: readonly string[];
  readonly failed: number;
  /** Of the first failure. */
  readonly retryAfterMs: number | undefined;
  /** The first failure, as a log shows it. */
  readonly printed: readonly string[];
  readonly slowestMs: number;
}

/** What a replica tells of itself. */
export interface ReplicaReport {
  readonly lines: readonly string[];
  readonly events: readonly string[];
  readonly explained: string;
  readonly store: { readonly asked: number; readonly isPassedOver: boolean };
  /** What the Redis client published of its commands. */
  readonly published: readonly string[];
}

/** A process that runs an app, one after another. */
export class Replica {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: never) => void; reject: (error: Error) => void }
  >();
  readonly #reached: string[] = [];
  #lastId = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (message) => this.#hear(message as Message));
    child.once('exit', (code, signal) => {
      const gone = new Error(`The replica has ended: ${signal ?? code}.`);
      for (const { reject } of this.#waiting.values()) reject(gone);
      this.#waiting.clear();
    });
  }

  /** Starts a process; there is no app in it yet. */
  static async start(): Promise<Replica> {
    const child = fork(REPLICA_PROGRAM, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    endWithThisProcess(child);
    child.unref();
    child.channel?.unref();
    const replica = new Replica(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('A replica does not start.');
      }),
    ]);
    return replica;
  }

  get isAlive(): boolean {
    const { exitCode, signalCode } = this.#process;
    return exitCode === null && signalCode === null;
  }

  boot(settings: ReplicaSettings): Promise<void> {
    this.#reached.length = 0;
    return this.#ask('boot', { clock: {}, ...settings });
  }

  /**
   * Has it ask for tokens, all at once.
   *
   * @param ofApi - the origin of an API that answered 401 to its token.
   */
  getToken(count = 1, ofApi?: string): Promise<Outcome> {
    return this.#ask('getToken', { count, ofApi });
  }

  /** Has it call the API, all at once. */
  call(count = 1): Promise<Outcome> {
    return this.#ask('call', { count });
  }

  report(): Promise<ReplicaReport> {
    return this.#ask('report');
  }

  /** Has it compute for so long that nothing else happens in it. */
  block(ms: number, { soon = false } = {}): Promise<void> {
    return this.#ask('block', { ms, soon });
  }

  /** Loses its app as if that had crashed; the process itself stays, since it takes long to start one. */
  crash(): Promise<void> {
    return this.#ask('crash');
  }

  /** Has it keep what Redis clients publish. */
  eavesdrop(): Promise<void> {
    return this.#ask('eavesdrop');
  }

  /** Waits until its fate has reached it. */
  async reached(step: string): Promise<void> {
    while (!this.#reached.includes(step)) {
      if (!this.isAlive) throw new Error(`It ended before ${step}.`);
      await once(this.#process, 'message');
    }
  }

  /** Has it end with an error, as an app that cannot go on. */
  exit(): Promise<void> {
    return this.#ended(() => this.#ask('exit', { code: 1 }).catch(() => {}));
  }

  /** Has it shut down, as by Kubernetes: its app closes first. */
  shutDown(): Promise<void> {
    return this.#ended(() => this.#process.kill('SIGTERM'));
  }

  kill(): Promise<void> {
    return this.#ended(() => this.#process.kill('SIGKILL'));
  }

  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async #ended(end: () => unknown): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#process, 'exit');
    void end();
    await ended;
  }

  #ask<T>(command: string, argument: object = {}): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, command, argument }, (error) => {
        if (error) reject(error);
      });
    });
  }

  #hear(message: Message): void {
    if (message.reached !== undefined) this.#reached.push(message.reached);
    if (message.id === undefined) return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.failure === undefined) waiting?.resolve(message.answer);
    else waiting?.reject(new Error(message.failure));
  }
}

interface Message {
  readonly id?: number;
  readonly answer: never;
  readonly failure?: string;
  readonly reached?: string;
}
