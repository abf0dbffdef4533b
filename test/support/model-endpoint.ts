import { TokenRequestError } from '../../lib/errors/errors.js';
import type { TokenClock } from '../../lib/token/token-clock.js';
import type {
  TokenRequest,
  TokenResponse,
} from '../../lib/client-credentials/token-transport.js';
import { granted, json, refused } from './token-tower.js';

/** How the endpoint treats one token request. */
export type Mood =
  | { readonly kind: 'grant'; readonly afterMs: number }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly afterMs: number;
    }
  | { readonly kind: 'fail'; readonly status: number; readonly afterMs: number }
  | { readonly kind: 'throttle'; readonly retryAfter: string | undefined }
  | { readonly kind: 'malformed'; readonly body: string }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'bug' }
  | { readonly kind: 'hang' };

/** A token request as it was on the wire; `M` says when something happened. */
export interface WireRequest<M> {
  /** The client id and secret that it was made with. */
  readonly pair: string;
  readonly sentAt: M;
  /** When it was answered or called off. */
  endedAt?: M;
  outcome: 'pending' | 'called off' | Mood['kind'];
  /** The token that it brought. */
  token?: string;
}

/** What a {@link ModelEndpoint} works with. */
export interface ModelEndpointSettings<M> {
  readonly clock: TokenClock;
  /** Reads the time. */
  readonly now: () => M;
  readonly lifetimeSeconds: number;
  /** How the first requests are treated, in order; the others are granted at once. */
  readonly moods: readonly Mood[];
}

/** A token endpoint in the time of a turned clock: grants each token once and records what is sent to it. */
export class ModelEndpoint<M> {
  readonly requests: WireRequest<M>[] = [];
  /** The only client id and secret that get a token. */
  accepted = '';
  readonly #settings: ModelEndpointSettings<M>;

  constructor(settings: ModelEndpointSettings<M>) {
    this.#settings = settings;
  }

  /** Takes one request, as a token transport does. */
  readonly transport = (
    { body }: TokenRequest,
    signal: AbortSignal,
  ): Promise<TokenResponse> => {
    const { now, clock, moods, lifetimeSeconds } = this.#settings;
    const form = new URLSearchParams(body);
    const pair = `${form.get('client_id')}/${form.get('client_secret')}`;
    const request: WireRequest<M> = { pair, sentAt: now(), outcome: 'pending' };
    this.requests.push(request);
    const number = this.requests.length;
    const planned = moods[number - 1] ?? { kind: 'grant', afterMs: 0 };
    const mood: Mood =
      planned.kind === 'grant' && pair !== this.accepted
        ? { kind: 'refuse', status: 400, afterMs: 0 }
        : planned;

    return new Promise((resolve, reject) => {
      const end = (outcome: WireRequest<M>['outcome']) => {
        request.outcome = outcome;
        request.endedAt = now();
      };
      const answer = () => {
        if (request.outcome !== 'pending') return;
        end(mood.kind);
        if (mood.kind === 'unreachable') reject(unreachable());
        else if (mood.kind === 'bug') reject(new TypeError('not a function'));
        else {
          if (mood.kind === 'grant') request.token = `token-${number}`;
          resolve(answerOf(mood, `token-${number}`, lifetimeSeconds));
        }
      };
      signal.addEventListener('abort', () => {
        if (request.outcome !== 'pending') return;
        end('called off');
        reject(signal.reason);
      });
      if (mood.kind === 'hang') return;
      clock.schedule('afterMs' in mood ? mood.afterMs : 0, answer);
    });
  };
}

function answerOf(
  mood: Mood,
  token: string,
  lifetimeSeconds: number,
): TokenResponse {
  switch (mood.kind) {
    case 'grant':
      return granted(token, lifetimeSeconds);
    case 'refuse':
      return { ...refused(), status: mood.status };
    case 'throttle':
      return json(
        429,
        {},
        mood.retryAfter === undefined ? {} : { 'retry-after': mood.retryAfter },
      );
    case 'fail':
      return { status: mood.status, headers: {}, body: '<html></html>' };
    case 'malformed':
      return { status: 200, headers: {}, body: mood.body };
    default:
      throw new Error(`${mood.kind} is no answer`);
  }
}

function unreachable(): TokenRequestError {
  return new TokenRequestError(
    'ASPOSE_AUTH_TOKEN_ENDPOINT_UNREACHABLE',
    'The token endpoint could not be reached (ECONNRESET).',
    { failure: 'transient' },
  );
}
