import {
  type AttachPolicy,
  originForToken,
  textOf,
} from '../../http/attach-policy.js';
import type { TokenSource } from '../../token/token-source.js';
import {
  holdsStream,
  unauthorizedForGood,
  unauthorizedWithStream,
  tokenForCall,
} from '../sdk-requests.js';
import { SlidesBroker, type SlidesClient } from './slides-broker.js';
import { takeInput } from '../taken-input.js';
import { takeStream } from '../taken-stream.js';

/** The part of `SlidesApi` that is used. */
export interface SlidesApiLike {
  readonly configuration: SlidesConfiguration;
}

interface SlidesConfiguration {
  baseUrl?: unknown;
  authBaseUrl: string;
  accessToken: string;
  appSid: string;
  appKey: string;
}

/** Slides has no authenticators: it is recognised by its auth URL. */
export function isSlidesApi(api: object): api is SlidesApiLike {
  const { configuration } = Object(api) as { configuration?: unknown };
  return (
    typeof configuration === 'object' &&
    configuration !== null &&
    'authBaseUrl' in configuration &&
    !('authentication' in configuration)
  );
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
  originForToken({ url: api.configuration.baseUrl }, policy);
  const broker = new SlidesBroker(tokens);
  return new Proxy(api, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' && !(name in Object.prototype)
        ? async (...input: unknown[]) =>
            callWithTaken(input, async (taken) =>
              callWithToken(
                { api, tokens, policy, broker },
                member as SlidesMethod,
                taken,
              ),
            )
        : member;
    },
  });
}

type SlidesMethod = (...input: unknown[]) => Promise<unknown>;

/** Takes the input first: it may change while the token is awaited. */
async function callWithTaken(
  input: unknown[],
  call: (taken: unknown[]) => Promise<unknown>,
): Promise<unknown> {
  const taken = takeInput(input, takeStream);
  try {
    return await call(taken.input);
  } catch (error) {
    taken.letGo();
    throw error;
  }
}

/** What the calls of an API share. */
interface SlidesCalls {
  readonly api: SlidesApiLike;
  readonly tokens: TokenSource;
  readonly policy: AttachPolicy;
  readonly broker: SlidesBroker;
}

async function callWithToken(
  { api, tokens, policy, broker }: SlidesCalls,
  method: SlidesMethod,
  input: unknown[],
): Promise<unknown> {
  const origin = originForToken({ url: api.configuration.baseUrl }, policy);
  const token = origin === undefined ? undefined : await tokenForCall(tokens);
  if (origin === undefined || token === undefined)
    return method.apply(configured(api, NO_CREDENTIALS), input);

  const answerFor = async (client: SlidesClient) => {
    const own = { ...client, accessToken: textOf(token) };
    try {
      return await method.apply(configured(api, own), input);
    } catch (error) {
      throw broker.timesUnauthorized(client) > 1
        ? unauthorizedForGood(origin)
        : error;
    } finally {
      broker.dismiss(client);
    }
  };
  return new Promise((resolve, reject) => {
    const onUnauthorized = () => {
      if (!holdsStream(input)) return 'go on';
      // Slides would wait for ever for a stream that is used up.
      reject(unauthorizedWithStream(origin));
      return 'give up';
    };
    const admitted = broker.admit(token, origin, onUnauthorized);
    admitted.then(answerFor).then(resolve, reject);
  });
}

/** With neither, Slides leaves its requests alone. */
const NO_CREDENTIALS = { appSid: '', appKey: '' };

/** The API with some fields of its configuration replaced, for one call. */
function configured(
  api: SlidesApiLike,
  own: Partial<SlidesConfiguration>,
): object {
  const configuration = Object.assign(
    Object.create(api.configuration) as SlidesConfiguration,
    own,
  );
  return Object.create(api, {
    configuration: { value: configuration },
  }) as object;
}
