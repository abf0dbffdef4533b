import { Redacted, sha256 } from '../token/redacted.js';
import { unfilledProblems } from '../token/unfilled-text.js';

/** A client id and secret as a user writes them. */
export interface ClientCredentialsInput {
  /** The client id: a GUID on Aspose Cloud. */
  readonly clientId: string;
  /** The client secret: 32 hexadecimal digits on Aspose Cloud. */
  readonly clientSecret: string;
}

/** A client id and its secret; the secret never prints. */
export class ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: Redacted;

  constructor({ clientId, clientSecret }: ClientCredentialsInput) {
    this.clientId = clientId;
    this.clientSecret = new Redacted(clientSecret);
  }

  /** Tells this pair from every other without giving the secret away. */
  get fingerprint(): string {
    return sha256(`${this.clientId}\n${this.clientSecret.value}`);
  }
}

type Unchecked = Partial<Record<keyof ClientCredentialsInput, unknown>>;

/**
 * Lists what is wrong with a client id and secret; empty when nothing is.
 *
 * White space at an edge, quotes around it all and placeholders are refused unsent: they come from a mounted file, from
 * `docker --env-file` and from an example, and a refusal is precious.
 */
export function credentialProblems(input: Unchecked): string[] {
  const problems = [
    ...textProblems('clientId', input.clientId),
    ...textProblems('clientSecret', input.clientSecret),
  ];
  if (problems.length === 0 && looksSwapped(input))
    problems.push(
      'clientId and clientSecret look swapped: the secret is a GUID, which is what Aspose client ids are. Exchange the two.',
    );
  return problems;
}

function textProblems(name: string, value: unknown): string[] {
  if (value === undefined || value === null)
    return [`${name} is missing: is the variable it is read from set?`];
  if (typeof value !== 'string')
    return [`${name} must be a string, not ${typeof value}.`];
  if (value.trim() === '')
    return [`${name} is empty: is the variable it is read from set?`];
  if (value.trim() !== value)
    return [
      `${name} begins or ends with white space: trim it (a mounted file often ends with a newline).`,
    ];
  return unfilledProblems(name, value);
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function looksSwapped({ clientId, clientSecret }: Unchecked): boolean {
  return GUID.test(String(clientSecret)) && !GUID.test(String(clientId));
}
