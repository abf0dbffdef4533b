import { type AttachPolicy, textOf } from '../../http/attach-policy.js';
import type { TokenSource } from '../../token/token-source.js';
import {
  holdsStream,
  NO_OTHER_TOKEN,
  originForSdk,
  STREAM_USED_UP,
  tokenForCall,
  unauthorized,
} from '../sdk-requests.js';
import { takeInput } from '../taken-input.js';
import { takeStream } from '../taken-stream.js';
import { SlidesBroker, type SlidesClient } from './slides-broker.js';

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
  const broker = new SlidesBroker(tokens);
  const calls: SlidesCalls = { api, tokens, policy, broker };
  return new Proxy(api, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || name in Object.prototype)
        return member;
      const method = member as SlidesMethod;
      return async (...input: unknown[]) => {
        // Before the token is awaited: the input may change meanwhile.
        const taken = takeInput(input, takeStream);
        try {
          return await callWithToken(calls, method, taken.input);
        } catch (error) {
          taken.letGo();
          throw error;
        }
      };
    },
  });
}

type SlidesMethod = (...input: unknown[]) => Promise<unknown>;

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
  const origin = originForSdk(api.configuration.baseUrl, tokens, policy);
  const token = await tokenForCall(tokens);
  if (origin === undefined || token === undefined)
    return method.apply(configured(api, NO_CREDENTIALS), input);

  const answerFor = async (client: SlidesClient) => {
    const own = { ...client, accessToken: textOf(token) };
    try {
      return await method.apply(configured(api, own), input);
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
      if (!holdsStream(input)) return 'go on';
      // Slides would wait for ever for a stream that is used up.
      reject(unauthorized(origin, STREAM_USED_UP));
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
