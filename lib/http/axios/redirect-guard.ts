import { isAtOrigin } from '../attach-policy.js';
import type { AxiosLikeConfig, RedirectedRequest } from './axios-like.js';

/**
 * Guards one request: on the way to any origin but its own the token is taken off, and it does not come back.
 *
 * @param origin - where the request is sent first.
 * @param usersHook - the caller's own `beforeRedirect`, which runs first.
 */
export function redirectGuard(
  origin: string,
  usersHook: AxiosLikeConfig['beforeRedirect'],
) {
  const guard = {
    /** Whether the token is still with the request. */
    isAuthorised: true,
    /** To be called before each redirect is followed. */
    beforeRedirect: (request: RedirectedRequest, ...more: unknown[]) => {
      const target = targetOf(request);
      usersHook?.(request, ...more);
      const isSameOrigin = isAtOrigin(request.href ?? '', origin);
      if (isSameOrigin && targetOf(request) === target) return;
      guard.isAuthorised = false;
      for (const name of Object.keys(request.headers ?? {}))
        if (/^authorization$/i.test(name)) delete request.headers?.[name];
    },
  };
  return guard;
}

/** Where the request will really go: a hook may have led it elsewhere. */
function targetOf(request: RedirectedRequest): string {
  const { href, protocol, host, hostname, port } = request;
  return JSON.stringify([href, protocol, host, hostname, port]);
}
