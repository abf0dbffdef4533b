import type { CanActivate, Type } from '@nestjs/common';

import { AsposeTokenGuard } from '../inbound/aspose-token.guard.js';
import { tokenAxiosProblems } from '../checks/axios-checks.js';
import {
  numberProblems,
  typeOf,
  typeProblems,
} from '../checks/option-checks.js';
import { urlProblems } from '../checks/url-checks.js';
import { TokenLayer } from '../token/token-layer.js';
import type { TokenSource } from '../token/token-source.js';
import type {
  TokenEndpointPolicy,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';

const FORWARD_POLICY: Record<
  Exclude<keyof TokenEndpointPolicy, 'minValidityMs'>,
  true
> = {
  allowedClientIds: true,
  public: true,
  tokenEndpoint: true,
  timeoutMs: true,
  tokenAxios: true,
  allowInsecureHttp: true,
};

const BROKER_POLICY: Record<'minValidityMs', true> = { minValidityMs: true };

/**
 * Lists what is wrong with a token endpoint's options.
 *
 * @param tokens - what hands out the app's own tokens, if anything does.
 */
export function tokenEndpointProblems(
  { mode, path, guards = [] }: TokenEndpointShape,
  policy: TokenEndpointPolicy | null | undefined,
  tokens: TokenSource | undefined,
): string[] {
  if (mode !== 'forward' && mode !== 'broker')
    return ["mode must be 'forward' or 'broker'."];
  if (typeof policy !== 'object' || policy === null)
    return [
      `The policy must be an object, not ${typeOf(policy)}. Did the factory forget to return it?`,
    ];
  const known = mode === 'forward' ? FORWARD_POLICY : BROKER_POLICY;
  const problems = Object.entries(policy)
    .filter(
      ([name, value]) => value !== undefined && !Object.hasOwn(known, name),
    )
    .map(
      ([name]) =>
        `${name} is not an option with mode: '${mode}'. Known are ${Object.keys(known).join(', ')}.`,
    );
  if (path?.trim() === '') problems.push('path is empty.');
  const foreignGuards = guards.filter((guard) => !isTokenGuard(guard));
  if (mode === 'broker') {
    if (foreignGuards.length === 0)
      problems.push(
        "guards is missing: a broker hands the app's token to whoever may ask. Name a guard of yours that decides who that is; AsposeTokenGuard does not.",
      );
    if (tokens === undefined)
      problems.push(
        'There is no AsposeAuthModule to take tokens from: register it in the root module. If it has isGlobal: false, name the module that exports it in imports.',
      );
    // One in place of the service in a test may have getToken() alone.
    else if (
      tokens instanceof TokenLayer &&
      tokens.explain().mode === 'disabled'
    )
      problems.push(
        "AsposeAuthModule has auth: 'none', and so no token to hand out: give it credentials or an accessToken, or serve no broker.",
      );
  } else if (
    foreignGuards.length === 0 &&
    !policy.allowedClientIds?.length &&
    policy.public !== true
  )
    problems.push(
      'Anyone could have any credentials tried here: name guards or allowedClientIds, or set public: true if an open relay is what you want.',
    );
  const { allowedClientIds } = policy;
  if (allowedClientIds !== undefined && !isListOfTexts(allowedClientIds))
    problems.push(
      'allowedClientIds must be a list of client ids, at least one, and none of them empty or with white space at an edge.',
    );
  if (policy.tokenEndpoint !== undefined)
    problems.push(
      ...urlProblems(
        'tokenEndpoint',
        policy.tokenEndpoint,
        policy.allowInsecureHttp === true,
      ),
    );
  return [
    ...problems,
    ...tokenAxiosProblems({ ...policy }, 'timeoutMs'),
    ...numberProblems({ ...policy }, ['timeoutMs', 'minValidityMs']),
    ...typeProblems({ ...policy }, 'public', 'boolean'),
    ...typeProblems({ ...policy }, 'allowInsecureHttp', 'boolean'),
  ];
}

/** The token guard makes sure that a token exists; it says nothing about who asks. */
function isTokenGuard(guard: Type<CanActivate> | CanActivate): boolean {
  return typeof guard === 'function'
    ? guard === AsposeTokenGuard || guard.prototype instanceof AsposeTokenGuard
    : guard instanceof AsposeTokenGuard;
}

function isListOfTexts(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (item) => typeof item === 'string' && item !== '' && item.trim() === item,
    )
  );
}
