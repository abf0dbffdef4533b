import { InvalidOptionsError } from '../../errors/errors.js';
import { type AttachPolicy, textOf } from '../../http/attach-policy.js';
import { noteFailure } from '../../http/failed-call.js';
import { assertReachable } from '../../http/reachable.js';
import type { AccessToken } from '../../token/access-token.js';
import type { TokenSource } from '../../token/token-source.js';
import { replaceMethods } from '../sdk-methods.js';
import {
  CANNOT_GIVE,
  holdsStream,
  NO_OTHER_TOKEN,
  originForSdk,
  STREAM_USED_UP,
  tokenForCall,
  unauthorized,
} from '../sdk-requests.js';
import { takeInput } from '../taken-input.js';
import { takeStream } from '../taken-stream.js';
import {
  callConfigured,
  givenConfiguration,
  type SlidesApiLike,
} from './own-configuration.js';
import { SlidesBroker, type SlidesClient } from './slides-broker.js';

/** Slides has no authenticators: it is recognised by its auth URL. */
export function isSlidesApi(api: object): api is SlidesApiLike {
  const { configuration } = Object(api) as { configuration?: unknown };
  const fields = Object(configuration) as object;
  return 'authBaseUrl' in fields && !('authentication' in fields);
}

/**
 * Puts the token into the configuration of each call of a `SlidesApi`, and answers its 401 from a broker on loopback.
 *
 * Each call gets a configuration of its own: so the broker knows which token was unauthorized, and no call sees another's.
 */
export function slidesWithTokens<Api extends SlidesApiLike>(
  api: Api,
  tokens: TokenSource,
  policy: AttachPolicy,
): Api {
  const broker = new SlidesBroker();
  const calls = { api, policy, broker };
  return replaceMethods(api, async ({ name, input, make }) => {
    // Before the token is awaited: the input may change meanwhile.
    const taken = takeInput(input, takeStream);
    const own = tokens.pin();
    const call: SlidesCall = {
      input: taken.input,
      make: () => make(taken.input),
      wasSent: false,
    };
    try {
      return await callWithToken({ ...calls, tokens: own }, call);
    } catch (error) {
      const failure = taken.failure();
      taken.letGo();
      if (failure !== undefined) throw failure;
      const isReplayable = !holdsStream(taken.input);
      if (call.wasSent) noteFailure(error, name, { body: { isReplayable } });
      throw error;
    }
  });
}

interface SlidesCall {
  readonly input: unknown[];
  readonly make: () => unknown;
  /** Whether it got so far as to call the API. */
  wasSent: boolean;
}

/** What a call goes by. */
interface SlidesCalls {
  readonly api: SlidesApiLike;
  /** Those of the tenant that it began with. */
  readonly tokens: TokenSource;
  readonly policy: AttachPolicy;
  readonly broker: SlidesBroker;
}

async function callWithToken(
  { api, tokens, policy, broker }: SlidesCalls,
  call: SlidesCall,
): Promise<unknown> {
  const { baseUrl } = givenConfiguration(api);
  const origin = originForSdk(baseUrl, tokens, policy);
  assertReachable(baseUrl, tokens);
  const token = await tokenForCall(tokens);
  if (origin === undefined || token === undefined) {
    call.wasSent = true;
    return callConfigured(api, NO_CREDENTIALS, call.make);
  }

  const answerFor = async (client: SlidesClient) => {
    try {
      const own = ownOf(call, { ...client, tokens, token });
      return await callConfigured(api, own, call.make);
    } catch (error) {
      throw broker.timesUnauthorized(client) > 1
        ? unauthorized(origin, NO_OTHER_TOKEN)
        : error;
    } finally {
      broker.dismiss(client);
    }
  };
  return new Promise((resolve, reject) => {
    const onUnauthorized = () => {
      if (!holdsStream(call.input)) return 'go on';
      // Slides would wait for ever for a stream that is used up.
      reject(unauthorized(origin, STREAM_USED_UP));
      return 'give up';
    };
    const admitted = broker.admit(tokens, token, origin, onUnauthorized);
    admitted.then(answerFor).then(resolve, reject);
  });
}

interface AdmittedClient extends SlidesClient {
  readonly tokens: TokenSource;
  readonly token: AccessToken;
}

/** What a call has in its configuration. Slides reads the token where it sends a request, and writes a new one. */
function ownOf(call: SlidesCall, { tokens, token, ...client }: AdmittedClient) {
  let accessToken = textOf(token);
  return {
    ...client,
    get accessToken() {
      if (tokens.pin() !== tokens)
        throw new InvalidOptionsError(CANNOT_GIVE, [ANOTHER_TENANT]);
      call.wasSent = true;
      return accessToken;
    },
    set accessToken(renewed) {
      accessToken = renewed;
    },
  };
}

const ANOTHER_TENANT =
  'A method of SlidesApi enters another tenant and calls itself: that call has the token of the first. Call what provideAsposeSdk() provides or withAsposeTokens() returns.';

/** With neither, Slides leaves its requests alone. */
const NO_CREDENTIALS = { appSid: '', appKey: '' };
