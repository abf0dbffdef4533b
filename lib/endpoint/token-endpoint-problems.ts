import {
  isRecord,
  numberProblems,
  problemsIn,
  type RawOptions,
  tokenAxiosProblems,
  typeOf,
  typeProblems,
} from '../checks/option-checks.js';
import { urlProblems } from '../checks/url-checks.js';
import { noSuchClient } from '../clients/client-names.js';
import { hasCallerGuard } from '../inbound/caller-guards.js';
import { unfilledProblems } from '../token/unfilled-text.js';
import { DEFAULT_CLIENT } from '../token/token-event.js';
import type { TokenSource } from '../token/token-source.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';

/** How every list of problems of a token endpoint begins. */
export const CANNOT_START = 'AsposeTokenEndpointModule cannot start';

const KNOWN_OPTIONS: Record<
  TokenEndpointShape['mode'],
  readonly (keyof TokenEndpointPolicy)[]
> = {
  forward: [
    'allowedClientIds',
    'public',
    'tokenEndpoint',
    'timeoutMs',
    'tokenAxios',
    'allowInsecureHttp',
  ],
  broker: ['minValidityMs', 'callerOf'],
};

/** The client that an endpoint serves. */
export interface ServedClient {
  readonly client: string;
  /** What hands out its tokens; undefined where the endpoint cannot see it. */
  readonly tokens: Pick<TokenSource, 'isDisabled'> | undefined;
  /** The names of all clients of the app. */
  readonly names: readonly string[];
}

/**
 * Lists what is wrong with a token endpoint's options; empty if the app may serve it.
 *
 * @param served - the client that it serves, and what clients there are.
 * @param contestedPath - this endpoint's path, if others are served there, too.
 */
export function tokenEndpointProblems(
  { mode, path, guards = [] }: TokenEndpointShape,
  policy: TokenEndpointPolicy | null | undefined,
  served: ServedClient,
  contestedPath: string | undefined,
): string[] {
  if (!Object.hasOwn(KNOWN_OPTIONS, mode))
    return ["mode must be 'forward' or 'broker'."];
  if (!isRecord(policy))
    return [
      `The policy must be an object, not ${typeOf(policy)}. Did the factory forget to return it?`,
    ];
  const known: readonly string[] = KNOWN_OPTIONS[mode];
  const isGuarded = hasCallerGuard(guards);
  return [
    ...Object.keys(policy)
      .filter((name) => policy[name] !== undefined && !known.includes(name))
      .map(
        (name) =>
          `${name} is not an option with mode: '${mode}'. The options are ${known.join(', ')}.`,
      ),
    ...problemsIn({
      'path is empty.': path?.trim() === '',
      [`path: /${contestedPath} is served twice, and only the first would ever be asked. Give one of the two another path.`]:
        contestedPath !== undefined,
    }),
    ...(mode === 'broker'
      ? brokerProblems(policy, isGuarded, served)
      : forwardProblems(policy, isGuarded, served)),
  ];
}

function brokerProblems(
  policy: RawOptions,
  isGuarded: boolean,
  served: ServedClient,
): string[] {
  const { tokens } = served;
  return [
    ...numberProblems(policy, 'minValidityMs'),
    ...typeProblems(policy, 'callerOf', 'function'),
    ...problemsIn({
      "guards is missing: a broker hands the app's token to whoever may ask. Name a guard of yours that decides who that is; AsposeTokenGuard does not.":
        !isGuarded,
    }),
    ...clientProblems(served),
    ...problemsIn({
      "AsposeAuthModule has auth: 'none', and so no token to hand out: give it credentials or an accessToken, or serve no broker.":
        tokens?.isDisabled === true,
    }),
  ];
}

/** What hides the client from an endpoint that needs it. */
function clientProblems({ client, tokens, names }: ServedClient): string[] {
  if (tokens !== undefined) return [];
  if (names.length > 0 && !names.includes(client))
    return [noSuchClient(client, names)];
  return [
    'There is no AsposeAuthModule to take tokens from: register it in the root module. If it has isGlobal: false, name the module that exports it in imports.',
  ];
}

/** An app may forward without a client of its own, but not past the one that it has. */
function forwardedClientProblems(
  served: ServedClient,
  tokenEndpoint: unknown,
): string[] {
  const { client, tokens, names } = served;
  if (client !== DEFAULT_CLIENT) return clientProblems(served);
  return problemsIn({
    'tokenEndpoint is missing, and its default cannot be read: AsposeAuthModule has isGlobal: false. Name the module that exports it in imports, or set tokenEndpoint.':
      tokenEndpoint === undefined &&
      tokens === undefined &&
      names.includes(client),
  });
}

function forwardProblems(
  policy: RawOptions,
  isGuarded: boolean,
  served: ServedClient,
): string[] {
  const { allowedClientIds: ids, tokenEndpoint, allowInsecureHttp } = policy;
  const areIds = isListOfTexts(ids);
  const unfilled = areIds
    ? (ids as string[]).flatMap((id, index) =>
        unfilledProblems(`allowedClientIds[${index}]`, id),
      )
    : [];
  return [
    ...tokenAxiosProblems(policy, 'timeoutMs'),
    ...numberProblems(policy, 'timeoutMs'),
    ...unfilled,
    ...forwardedClientProblems(served, tokenEndpoint),
    ...typeProblems(policy, 'public', 'boolean'),
    ...typeProblems(policy, 'allowInsecureHttp', 'boolean'),
    ...(tokenEndpoint === undefined
      ? []
      : urlProblems('tokenEndpoint', tokenEndpoint, allowInsecureHttp)),
    ...problemsIn({
      'Anyone could try any credentials here: name guards or allowedClientIds, or set public: true if an open relay is what you want.':
        !isGuarded && !areIds && policy['public'] !== true,
      'allowedClientIds must be a list of client ids, at least one, and none of them empty or with white space at an edge.':
        ids !== undefined && !areIds,
    }),
  ];
}

function isListOfTexts(value: unknown): boolean {
  const isText = (item: unknown) =>
    typeof item === 'string' && item !== '' && item.trim() === item;
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}
