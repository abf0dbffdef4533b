import { randomBytes } from 'node:crypto';

const DEFAULTS = {
  lifetimeSeconds: 3_600,
  /** How long the token endpoint takes to answer. */
  tokenDelayMs: 0,
  /** Over how many milliseconds the answers of the API are spread. */
  apiSpreadMs: 0,
  /** Whether the token endpoint answers 503. */
  isOut: false,
  /** Whether the token endpoint refuses the credentials. */
  isRefusing: false,
};

/** As many refused requests does Aspose Cloud allow for one client id and secret. */
const REFUSALS_BEFORE_BAN = 5;

/** What the server is to do, and what it has seen. The public methods are its commands. */
export class ServerState {
  staticToken = newToken();
  settings = DEFAULTS;
  #expiryByToken = new Map();
  #requests = [];
  #issued = [];
  #apiCalls = 0;

  set(settings) {
    this.settings = { ...this.settings, ...settings };
  }

  /** Forgets all but the tokens, so that calls which are still under way end well. */
  reset() {
    this.settings = DEFAULTS;
    this.#requests = [];
    this.#issued = [];
  }

  /** Makes every token that was issued so far unknown. */
  revoke() {
    this.#expiryByToken.clear();
  }

  /** How many token requests there were, of one client or of all. */
  countTokenRequests(clientId) {
    return this.#requests.filter(
      (of) => clientId === undefined || of === clientId,
    ).length;
  }

  /** When the tokens of one client were issued and when they expire. */
  issuedTokens(clientId) {
    return this.#issued.filter((token) => token.clientId === clientId);
  }

  recordTokenRequest(clientId) {
    this.#requests.push(clientId);
  }

  isBanned(clientId) {
    return this.countTokenRequests(clientId) > REFUSALS_BEFORE_BAN;
  }

  issue(clientId) {
    const issuedAt = Date.now();
    const expiresAt = issuedAt + this.settings.lifetimeSeconds * 1_000;
    const token = newToken();
    this.#expiryByToken.set(token, expiresAt);
    this.#issued.push({ clientId, issuedAt, expiresAt });
    return token;
  }

  accepts(token) {
    return (
      token === this.staticToken ||
      (this.#expiryByToken.get(token) ?? 0) > Date.now()
    );
  }

  /** How long the next API call has to wait, so that many at once are answered at even distances. */
  nextApiDelayMs() {
    this.#apiCalls += 1;
    return ((this.#apiCalls * 0.618_034) % 1) * this.settings.apiSpreadMs;
  }
}

/** 1,000 characters: about as long as a token of Aspose Cloud. */
function newToken() {
  return randomBytes(750).toString('base64url');
}
