import type { IncomingMessage } from 'node:http';

/** A request of the `request` package, which Cells and Words use. */
interface RequestPackageRequest {
  /** Where it was sent. */
  readonly uri: { readonly href: string };
  removeHeader(name: string): void;
}

/**
 * Takes the token off a request that is about to follow a redirect to another origin.
 *
 * To be set as its `followRedirect`: by itself the `request` package keeps the token on the way to another port or
 * scheme and, with a 307, to any host.
 */
export function followWithoutToken(
  this: RequestPackageRequest,
  { headers }: Pick<IncomingMessage, 'headers'>,
): true {
  const from = this.uri.href;
  const to = headers.location ?? '';
  const isSameOrigin =
    URL.canParse(to, from) && new URL(to, from).origin === new URL(from).origin;
  if (!isSameOrigin) this.removeHeader('authorization');
  return true;
}
