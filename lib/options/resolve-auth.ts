import { isRecord, typeOf, unknownNames } from '../checks/option-checks.js';
import {
  type ClientCredentialsInput,
  credentialProblems,
} from '../credential/client-credentials.js';
import type { CredentialsFactory } from '../credential/credentials-resolver.js';
import { AccessToken, isBearerToken } from '../token/access-token.js';
import type { AsposeAuthModuleOptions } from './aspose-auth-options.interface.js';

/** Where tokens come from. */
export type ResolvedAuth =
  | {
      readonly mode: 'client-credentials';
      readonly credentials: ClientCredentialsInput | CredentialsFactory;
    }
  | { readonly mode: 'static'; readonly token: AccessToken }
  | { readonly mode: 'disabled' };

/** The options of each way to authenticate. */
export const WAYS_TO_AUTHENTICATE = [
  ['clientId', 'clientSecret'],
  ['credentials'],
  ['accessToken'],
  ['auth'],
] as const;

/** An option that says how to authenticate. */
export type AuthOption = (typeof WAYS_TO_AUTHENTICATE)[number][number];

/**
 * Reads the one way to authenticate that the options have.
 *
 * @returns that way, or the problems with it. These never quote a secret.
 */
export function resolveAuth(
  options: AsposeAuthModuleOptions,
): ResolvedAuth | string[] {
  const given = WAYS_TO_AUTHENTICATE.map((names) =>
    names.filter((name) => options[name] !== undefined),
  ).filter((names) => names.length > 0);
  if (given.length === 0)
    return [
      'There are no credentials: set clientId and clientSecret (or credentials, accessToken or auth). ' +
        'Are the variables they come from set? Were they read before .env was loaded? Then use forRootAsync with ConfigService.',
    ];
  if (given.length > 1)
    return [
      `${given.flat().join(', ')} exclude one another: keep one way to authenticate.`,
    ];
  const { clientId, clientSecret, credentials, accessToken, auth } = options;
  if (auth !== undefined)
    return auth === 'none' ? { mode: 'disabled' } : ["auth must be 'none'."];
  if (accessToken !== undefined)
    return typeof accessToken === 'string' && isBearerToken(accessToken)
      ? { mode: 'static', token: new AccessToken(accessToken) }
      : [
          'accessToken must be a token as a header carries it: letters, digits and -._~+/ only, without white space and without "Bearer ".',
        ];
  const problems =
    credentials === undefined
      ? credentialProblems(options)
      : credentialsProblems(credentials);
  if (problems.length > 0) return problems;
  const pair = { clientId, clientSecret } as ClientCredentialsInput;
  return { mode: 'client-credentials', credentials: credentials ?? pair };
}

function credentialsProblems(credentials: unknown): string[] {
  if (typeof credentials === 'function') return [];
  if (!isRecord(credentials) || credentials instanceof Promise)
    return [
      `credentials must be { clientId, clientSecret } or a function that returns it, not ${credentials instanceof Promise ? 'a promise' : typeOf(credentials)}.`,
    ];
  return [
    ...unknownNames(credentials, WAYS_TO_AUTHENTICATE[0], 'credentials.'),
    ...credentialProblems(credentials).map(
      (problem) => `credentials: ${problem}`,
    ),
  ];
}
