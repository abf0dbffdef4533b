import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';

/** How a client is, in one word and in a sentence. */
export interface ClientStatus {
  /**
   * - `good`: calls get a token
   * - `busy`: a token is being fetched
   * - `idle`: nothing to do
   * - `warning`: calls get a token, and something fails
   * - `bad`: calls fail
   */
  readonly level: 'good' | 'busy' | 'idle' | 'warning' | 'bad';
  readonly headline: string;
  /** Whose fault it is, and what to do; or that all is well. */
  readonly meaning: string;
}

/** What the events told, and the explanation does not. */
export interface Heard {
  /** How many tenants fail. */
  readonly failingTenants: number;
  /** Whether an API answered 401 in the last hour. */
  readonly wasUnauthorized: boolean;
}

/** Says how a client is. */
export function statusOf(
  explanation: TokenExplanation,
  heard: Heard,
): ClientStatus {
  const { mode, hold } = explanation;
  if (hold?.reason === 'closed') return CLOSED;
  switch (mode) {
    case 'disabled':
      return NO_AUTHENTICATION;
    case 'static':
      return staticStatus(heard);
    case 'tenants':
      return tenantsStatus(explanation, heard);
    case 'custom':
      return CUSTOM;
    default:
      return (explanation.token?.runwayMs ?? 0) > 0
        ? servingStatus(explanation)
        : statusWithoutToken(explanation);
  }
}

const CLOSED: ClientStatus = {
  level: 'idle',
  headline: 'Shut down',
  meaning: 'The app is shutting down: no token is fetched any more.',
};

const NO_AUTHENTICATION: ClientStatus = {
  level: 'idle',
  headline: 'No authentication',
  meaning: 'This client attaches no token, as its options say.',
};

const CUSTOM: ClientStatus = {
  level: 'idle',
  headline: 'Tokens of your own',
  meaning: 'Something other than this package supplies the tokens.',
};

function staticStatus({ wasUnauthorized }: Heard): ClientStatus {
  return wasUnauthorized
    ? {
        level: 'bad',
        headline: 'Static token unauthorized',
        meaning:
          'An API answered 401 to the static token in the last hour, and nothing can renew it. Set accessToken to one that it accepts.',
      }
    : {
        level: 'good',
        headline: 'Static token',
        meaning: 'The token is a fixed one, and never renewed.',
      };
}

function tenantsStatus(
  { tenants = 0 }: TokenExplanation,
  { failingTenants }: Heard,
): ClientStatus {
  const inMemory =
    tenants === 1 ? '1 tenant in memory' : `${tenants} tenants in memory`;
  if (failingTenants > 0)
    return {
      level: 'warning',
      headline:
        failingTenants === 1
          ? '1 tenant fails'
          : `${failingTenants} tenants fail`,
      meaning: `${inMemory}. Those that fail come first below.`,
    };
  return {
    level: tenants === 0 ? 'idle' : 'good',
    headline: inMemory,
    meaning: 'Each tenant has a token of its own, fetched when it first asks.',
  };
}

function servingStatus({
  token,
  isRefreshing,
  failure,
  hold,
  origins = [],
}: TokenExplanation): ClientStatus {
  if (token?.state === 'unauthorized')
    return {
      level: 'busy',
      headline: 'Replacing an unauthorized token',
      meaning:
        'An API answered 401 to the current token. Another is being fetched; if that fails, the current one stays in use.',
    };
  if (failure !== undefined || FAILURES.includes(hold?.reason))
    return {
      level: 'warning',
      headline: 'Serving, but renewals fail',
      meaning: `${BLAMES[hold?.reason ?? 'back-off'] ?? BLAMES['back-off']} Calls go on with the current token until it ends.`,
    };
  if (origins.some(({ heldForMs }) => heldForMs > 0))
    return {
      level: 'warning',
      headline: 'Serving, but an API says 401',
      meaning:
        'An API answers 401 to fresh tokens as well, so its 401s are passed on for a while. That is about the API or the account, not about the token.',
    };
  return isRefreshing
    ? {
        level: 'busy',
        headline: 'Renewing the token',
        meaning:
          'A new token is being fetched in the background. Calls go on with the current one.',
      }
    : {
        level: 'good',
        headline: 'Serving',
        meaning: 'Calls get the token from memory. There is nothing to do.',
      };
}

function statusWithoutToken({
  isRefreshing,
  failure,
  hold,
}: TokenExplanation): ClientStatus {
  if (isRefreshing)
    return {
      level: 'busy',
      headline: 'Fetching a token',
      meaning: 'Calls wait for it.',
    };
  if (hold !== undefined || failure !== undefined)
    return {
      level: 'bad',
      headline:
        hold?.reason === 'refused'
          ? 'Credentials refused'
          : 'No token to serve',
      meaning:
        `${BLAMES[hold?.reason ?? 'back-off'] ?? ''} Calls fail until there is a token.`.trim(),
    };
  return {
    level: 'idle',
    headline: 'No token yet',
    meaning: 'It is fetched as soon as a call needs it.',
  };
}

const FAILURES: readonly (TokenHold['reason'] | undefined)[] = [
  'refused',
  'throttled',
  'back-off',
];

/** Whose fault a hold is: ours, Aspose's, or that of the credentials. */
const BLAMES: Readonly<Partial<Record<TokenHold['reason'], string>>> = {
  refused:
    'It is the credentials: the token endpoint refused them. Compare client id and secret with the dashboard.',
  throttled:
    'It is the rate of requests: the token endpoint limits these credentials. Does something else use them?',
  'back-off':
    'It is the token endpoint: it gives no usable answer. It is asked again after each pause.',
  budget:
    'It is this app: it has made too many token requests. Does an API answer 401 to valid tokens?',
  elsewhere: 'Another process is fetching a token.',
  ending: 'The token endpoint hands out a token in its last second.',
};
