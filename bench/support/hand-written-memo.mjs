const MARGIN_MS = 60_000;

/** The cache that most apps have: a token, when it expires, and a minute to spare. */
export class HandWrittenMemo {
  #fetchToken;
  #token;
  #expiresAt = 0;

  /** @param fetchToken makes a token request and resolves with what was answered. */
  constructor(fetchToken) {
    this.#fetchToken = fetchToken;
  }

  async getToken() {
    if (Date.now() >= this.#expiresAt - MARGIN_MS) {
      const answer = await this.#fetchToken();
      this.#token = answer.access_token;
      this.#expiresAt = Date.now() + answer.expires_in * 1_000;
    }
    return this.#token;
  }
}
