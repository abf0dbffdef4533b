import {
  AccessToken,
  type GetTokenOptions,
  TokenLayer,
} from '../../lib/index.js';

/** A token source that answers by a script and remembers what it was asked. */
export class ScriptedTokens extends TokenLayer {
  /** What it was asked, oldest first. */
  readonly asked: GetTokenOptions[] = [];
  readonly #script: (string | Error)[];

  /** @param script - the values of the tokens to hand out, and the errors to fail with, in order. */
  constructor(...script: (string | Error)[]) {
    super();
    this.#script = script;
  }

  override async getToken(options: GetTokenOptions = {}): Promise<AccessToken> {
    this.asked.push(options);
    const next = this.#script.shift();
    if (next === undefined) throw new Error('The script has ended.');
    if (next instanceof Error) throw next;
    return new AccessToken(next);
  }
}
