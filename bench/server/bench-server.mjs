import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';

/** A running server, as the process of a peer sees it: where it is, and how to steer it. */
export class BenchServer {
  #process;
  #waiting = new Map();
  #lastId = 0;

  static async start() {
    const child = fork(new URL('main.mjs', import.meta.url), {
      // Only the peer's own process may end on an unhandled rejection, or be profiled.
      execArgv: [],
    });
    const [facts] = await once(child, 'message');
    return new BenchServer(child, facts);
  }

  constructor(child, { origin, staticToken }) {
    this.#process = child;
    this.origin = origin;
    this.tokenUrl = `${origin}/connect/token`;
    this.staticToken = staticToken;
    child.on('message', ({ id, answer }) => {
      this.#waiting.get(id)(answer);
      this.#waiting.delete(id);
    });
  }

  /** Credentials that the server has not seen yet: by them it tells the clients apart. */
  newCredentials() {
    return {
      // As a string that was read from somewhere; as it is made, it would be held as a tree of its pieces.
      clientId: Buffer.from(randomUUID()).toString(),
      clientSecret: randomBytes(16).toString('hex'),
    };
  }

  set(settings) {
    return this.#command('set', settings);
  }

  reset() {
    return this.#command('reset');
  }

  revoke() {
    return this.#command('revoke');
  }

  countTokenRequests(clientId) {
    return this.#command('countTokenRequests', clientId);
  }

  issuedTokens(clientId) {
    return this.#command('issuedTokens', clientId);
  }

  close() {
    this.#process.disconnect();
  }

  #command(command, argument) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#process.send({ id, command, argument });
    });
  }
}
