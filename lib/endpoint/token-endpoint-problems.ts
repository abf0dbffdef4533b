import type { CanActivate, Type } from '@nestjs/common';

import {
  isRecord,
  numberProblems,
  type RawOptions,
  tokenAxiosProblems,
  typeOf,
  typeProblems,
} from '../checks/option-checks.js';
import { urlProblems } from '../checks/url-checks.js';
import { AsposeTokenGuard } from '../inbound/aspose-token.guard.js';
import type { TokenSource } from '../token/token-source.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';

/** What a token endpoint finds in the app. */
export interface EndpointSurroundings {
  /** What hands out the app's own tokens, if anything does. */
  readonly tokens: Pick<TokenSource, 'isDisabled'> | undefined;
  /** This endpoint's path, if others are served there too. */
  readonly contestedPath: string | undefined;
}

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
  broker: ['minValidityMs'],
};

/** Lists what is wrong with a token endpoint's options; empty if the app may serve it. */
export function tokenEndpointProblems(
  { mode, path, guards = [] }: TokenEndpointShape,
  policy: TokenEndpointPolicy | null | undefined,
  { tokens, contestedPath }: EndpointSurroundings,
): string[] {
  if (!Object.hasOwn(KNOWN_OPTIONS, mode))
    return ["mode must be 'forward' or 'broker'."];
  if (!isRecord(policy))
    return [
      `The policy must be an object, not ${typeOf(policy)}. Did the factory forget to return it?`,
    ];
  const known: readonly string[] = KNOWN_OPTIONS[mode];
  const problems = Object.keys(policy)
    .filter((name) => policy[name] !== undefined && !known.includes(name))
    .map(
      (name) =>
        `${name} is not an option with mode: '${mode}'. Known are ${known.join(', ')}.`,
    );
  if (path?.trim() === '') problems.push('path is empty.');
  if (contestedPath !== undefined)
    problems.push(
      `path: /${contestedPath} is served twice, and only the first would ever be asked. Give one of the two another path.`,
    );
  const isGuarded = guards.some((guard) => !isTokenGuard(guard));
  return mode === 'broker'
    ? [...problems, ...brokerProblems(policy, isGuarded, tokens)]
    : [...problems, ...forwardProblems(policy, isGuarded)];
}

function brokerProblems(
  policy: RawOptions,
  isGuarded: boolean,
  tokens: EndpointSurroundings['tokens'],
): string[] {
  const problems = numberProblems(policy, ['minValidityMs']);
  if (!isGuarded)
    problems.push(
      "guards is missing: a broker hands the app's token to whoever may ask. Name a guard of yours that decides who that is; AsposeTokenGuard does not.",
    );
  if (tokens === undefined)
    problems.push(
      'There is no AsposeAuthModule to take tokens from: register it in the root module. If it has isGlobal: false, name the module that exports it in imports.',
    );
  else if (tokens.isDisabled)
    problems.push(
      "AsposeAuthModule has auth: 'none', and so no token to hand out: give it credentials or an accessToken, or serve no broker.",
    );
  return problems;
}

function forwardProblems(policy: RawOptions, isGuarded: boolean): string[] {
  const { allowedClientIds: ids, tokenEndpoint, allowInsecureHttp } = policy;
  const problems = [
    ...tokenAxiosProblems(policy, 'timeoutMs'),
    ...numberProblems(policy, ['timeoutMs']),
    ...typeProblems(policy, 'public', 'boolean'),
    ...typeProblems(policy, 'allowInsecureHttp', 'boolean'),
  ];
  if (tokenEndpoint !== undefined)
    problems.push(
      ...urlProblems(
        'tokenEndpoint',
        tokenEndpoint,
        allowInsecureHttp === true,
      ),
    );
  const areIds = isListOfTexts(ids);
  if (!isGuarded && !areIds && policy['public'] !== true)
    problems.push(
      'Anyone could have any credentials tried here: name guards or allowedClientIds, or set public: true if an open relay is what you want.',
    );
  if (ids !== undefined && !areIds)
    problems.push(
      'allowedClientIds must be a list of client ids, at least one, and none of them empty or with white space at an edge.',
    );
  return problems;
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
