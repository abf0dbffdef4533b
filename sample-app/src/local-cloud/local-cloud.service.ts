import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { AsposeAuthModuleOptions } from 'nestjs-aspose-auth';

import type { LocalCloudAccess } from './local-cloud.process.js';

/** The compiled file, also when tests load this one as TypeScript. */
const PROCESS_FILE = new URL(
  '../../dist/local-cloud/local-cloud.process.js',
  import.meta.url,
);

const ANSWER_TIMEOUT_MS = 10_000;

/**
 * An Aspose Cloud on this machine: the emulator of nestjs-aspose-auth, with a converter.
 *
 * It has its own process, because a conversion blocks the process that it runs in.
 */
@Injectable()
export class LocalCloudService implements OnApplicationShutdown {
  readonly #logger = new Logger(LocalCloudService.name);
  #child: ChildProcess | undefined;

  /** Starts it; resolves to the options to use it. */
  async start(): Promise<AsposeAuthModuleOptions> {
    const child = fork(fileURLToPath(PROCESS_FILE));
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (this.#child === child)
        this.#logger.error(`The local cloud has stopped (${signal ?? code})`);
    });
    const access = await this.#nextMessage<LocalCloudAccess>(child);
    this.#logger.log(`The local cloud listens on ${access.baseUrl}`);
    exemptFromProxy(new URL(access.baseUrl).hostname);
    return access;
  }

  async countTokenRequests(): Promise<number> {
    if (!this.#child) throw new Error('The local cloud has not been started.');
    const answer = this.#nextMessage<number>(this.#child);
    this.#child.send('count-token-requests');
    return answer;
  }

  async onApplicationShutdown(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.kill()) await once(child, 'exit');
  }

  async #nextMessage<T>(child: ChildProcess): Promise<T> {
    const settled = new AbortController();
    const signal = AbortSignal.any([
      settled.signal,
      AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    ]);
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([message]) => message as T),
        once(child, 'exit', { signal }).then(() => {
          throw new Error('The local cloud has stopped.');
        }),
      ]);
    } finally {
      settled.abort();
    }
  }
}

/** A proxy of the environment could not reach this machine's loopback. */
function exemptFromProxy(host: string): void {
  const { NO_PROXY, no_proxy = NO_PROXY } = process.env;
  process.env.NO_PROXY = no_proxy ? `${no_proxy},${host}` : host;
  process.env.no_proxy = process.env.NO_PROXY;
}
