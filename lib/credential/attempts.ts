import {
  type AsposeAuthError,
  TokenUnavailableError,
} from '../errors/errors.js';
import type { AccessToken } from '../token/access-token.js';
import type { TokenExplanation } from '../token/token-explanation.js';
import type { TokenHold } from '../token/token-hold.js';
import type { LayerRequest } from '../token/token-layer.js';
import type { ClientCredentials } from './client-credentials.js';
import type { CredentialRecord } from './credential-record.js';

/** What a caller wants of an attempt. */
export interface AttemptRequest extends Pick<
  LayerRequest,
  'demand' | 'hasPaused' | 'signal'
> {
  readonly pair: ClientCredentials;
  /** The token that the new one is to replace. */
  readonly unauthorized: LayerRequest['unauthorized'];
  /** Whether another pair may be had, should this one turn out to have been refused to another process. */
  readonly mayHaveAnother: boolean;
  /** The token that a newer one is wanted for. */
  readonly newerThan: AccessToken | undefined;
}

/** Who makes the attempts of a tower: the process alone, or in turn with others. */
export interface Attempts {
  /**
   * Brings a token, or joins the work that is under way.
   *
   * @throws {FetchedElsewhere} when another process makes the attempt, and nobody waits for it here.
   * @throws {AsposeAuthError} when the attempt fails, or none is permitted now.
   */
  send(record: CredentialRecord, request: AttemptRequest): Promise<AccessToken>;

  /** Every reason not to ask now. One that `mayBeLifted` may turn out to be over elsewhere. */
  holds(record: CredentialRecord): readonly TokenHold[];

  /** Waives the holds that an operator may waive. */
  reset(record: CredentialRecord, pair: ClientCredentials): void;

  /** What there is to explain. */
  explain(): Pick<TokenExplanation, 'store'>;

  /** Whether an attempt is under way, or was given up and may still be answered. */
  readonly isListening: boolean;

  /** Ends every attempt, also those that callers no longer wait for. */
  close(reason: AsposeAuthError): void;
}

/** Another process fetches a token. Who waits for it asks again. */
export class FetchedElsewhere extends TokenUnavailableError {
  constructor() {
    super('Another process is fetching an access token.', {});
  }
}
