import type { CanActivate, Type } from '@nestjs/common';

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
import { AsposeTokenGuard } from '../inbound/aspose-token.guard.js';
import { unfilledProblems } from '../token/unfilled-text.js';
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

/**
 * Lists what is wrong with a token endpoint's options; empty if the app may serve it.
 *
 * @param tokens - what hands out the app's own tokens, if anything does.
 * @param contestedPath - this endpoint's path, if others are served there, too.
 */
export function tokenEndpointProblems(
  { mode, path, guards = [] }: TokenEndpointShape,
  policy: TokenEndpointPolicy | null | undefined,
  tokens: Pick<TokenSource, 'isDisabled'> | undefined,
  contestedPath: string | undefined,
): string[] {
  if (!Object.hasOwn(KNOWN_OPTIONS, mode))
    return ["mode must be 'forward' or 'broker'."];
  if (!isRecord(policy))
    return [
      `The policy must be an object, not ${typeOf(policy)}. Did the factory forget to return it?`,
    ];
  const known: readonly string[] = KNOWN_OPTIONS[mode];
  const isGuarded = guards.some((guard) => !isTokenGuard(guard));
  return [
    ...Object.keys(policy)
      .filter((name) => policy[name] !== undefined && !known.includes(name))
      .map(
        (name) =>
          `${name} is not an option with mode: '${mode}'. Known are ${known.join(', ')}.`,
      ),
    ...problemsIn({
      'path is empty.': path?.trim() === '',
      [`path: /${contestedPath} is served twice, and only the first would ever be asked. Give one of the two another path.`]:
        contestedPath !== undefined,
    }),
    ...(mode === 'broker'
      ? brokerProblems(policy, isGuarded, tokens)
      : forwardProblems(policy, isGuarded)),
  ];
}

function brokerProblems(
  policy: RawOptions,
  isGuarded: boolean,
  tokens: Pick<TokenSource, 'isDisabled'> | undefined,
): string[] {
  return [
    ...numberProblems(policy, 'minValidityMs'),
    ...typeProblems(policy, 'callerOf', 'function'),
    ...problemsIn({
      "guards is missing: a broker hands the app's token to whoever may ask. Name a guard of yours that decides who that is; AsposeTokenGuard does not.":
        !isGuarded,
      'There is no AsposeAuthModule to take tokens from: register it in the root module. If it has isGlobal: false, name the module that exports it in imports.':
        tokens === undefined,
      "AsposeAuthModule has auth: 'none', and so no token to hand out: give it credentials or an accessToken, or serve no broker.":
        tokens?.isDisabled === true,
    }),
  ];
}

function forwardProblems(policy: RawOptions, isGuarded: boolean): string[] {
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
    ...typeProblems(policy, 'public', 'boolean'),
    ...typeProblems(policy, 'allowInsecureHttp', 'boolean'),
    ...(tokenEndpoint === undefined
      ? []
      : urlProblems('tokenEndpoint', tokenEndpoint, allowInsecureHttp)),
    ...problemsIn({
      'Anyone could have any credentials tried here: name guards or allowedClientIds, or set public: true if an open relay is what you want.':
        !isGuarded && !areIds && policy['public'] !== true,
      'allowedClientIds must be a list of client ids, at least one, and none of them empty or with white space at an edge.':
        ids !== undefined && !areIds,
    }),
  ];
}

/** The token guard ensures that a token exists; it does not decide who may ask. */
function isTokenGuard(guard: Type<CanActivate> | CanActivate): boolean {
  return typeof guard === 'function'
    ? guard === AsposeTokenGuard || guard.prototype instanceof AsposeTokenGuard
    : guard instanceof AsposeTokenGuard;
}

function isListOfTexts(value: unknown): boolean {
  const isText = (item: unknown) =>
    typeof item === 'string' && item !== '' && item.trim() === item;
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}
