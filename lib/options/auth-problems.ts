import { isBearerToken } from '../token/access-token.js';
import {
  type ClientCredentialsInput,
  credentialProblems,
} from '../credential/client-credentials.js';
import {
  choiceProblems,
  isRecord,
  type RawOptions,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';

const KNOWN_CREDENTIALS: Record<keyof ClientCredentialsInput, true> = {
  clientId: true,
  clientSecret: true,
};

/** What is wrong with the way the app is to authenticate; a secret is in none of it. */
export function authProblems(options: RawOptions): string[] {
  const given = (...names: string[]) =>
    names.filter((name) => options[name] !== undefined);
  const ways = [
    given('clientId', 'clientSecret'),
    given('credentials'),
    given('accessToken'),
    given('auth'),
  ].filter((names) => names.length > 0);

  if (ways.length === 0)
    return [
      'There are no credentials: set clientId and clientSecret (or credentials, accessToken or auth). ' +
        'Are the variables they come from set? Were they read before .env was loaded? Then use forRootAsync with ConfigService.',
    ];
  if (ways.length > 1)
    return [
      `${ways.flat().join(', ')} exclude one another: keep one way to authenticate.`,
    ];
  if (options['auth'] !== undefined)
    return choiceProblems(options, 'auth', ['none']);
  if (options['accessToken'] !== undefined)
    return accessTokenProblems(options['accessToken']);
  return options['credentials'] === undefined
    ? credentialProblems(options)
    : credentialsOptionProblems(options['credentials']);
}

function accessTokenProblems(accessToken: unknown): string[] {
  return typeof accessToken === 'string' && isBearerToken(accessToken)
    ? []
    : [
        'accessToken must be a token as a header carries it: letters, digits and -._~+/ only, without white space and without "Bearer ".',
      ];
}

function credentialsOptionProblems(credentials: unknown): string[] {
  if (typeof credentials === 'function') return [];
  if (!isRecord(credentials) || credentials instanceof Promise)
    return [
      `credentials must be { clientId, clientSecret } or a function that returns it, not ${credentials instanceof Promise ? 'a promise' : typeOf(credentials)}.`,
    ];
  return [
    ...unknownNames(credentials, KNOWN_CREDENTIALS, 'credentials.'),
    ...credentialProblems(credentials).map(
      (problem) => `credentials: ${problem}`,
    ),
  ];
}
