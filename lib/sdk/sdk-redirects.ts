import type { IncomingMessage } from 'node:http';
import { resolve, type UrlWithStringQuery } from 'node:url';

/** A request of the `request` package, which Cells, Words and CAD use. */
interface RequestPackageRequest {
  /** Where it is sent, as `url.parse` reads it. */
  readonly uri: UrlWithStringQuery;
  removeHeader(name: string): void;
  /** `redirect` is emitted when the next `uri` is there, and not yet connected to. */
  once(event: 'redirect', listener: () => void): unknown;
}

/**
 * Takes the token off a request that is about to follow a redirect to another origin.
 *
 * To be set as its `followRedirect`: by itself the `request` package keeps the token on the way to another port or
 * scheme and, with a 307, to any host. That package reads addresses by rules of its own, by which
 * `HTTP:elsewhere.example` is another host, and to the URL standard a path: the token stays where both see the same origin.
 *
 * @returns whether it is followed: what that package cannot read would end the process.
 */
export function followWithoutToken(
  this: RequestPackageRequest,
  { headers }: Pick<IncomingMessage, 'headers'>,
): boolean {
  const from = this.uri;
  const { location = '' } = headers;
  if (!isLegible(location, from.href)) return false;
  const target =
    URL.canParse(location, from.href) && new URL(location, from.href);
  if (!target || target.origin !== new URL(from.href).origin)
    this.removeHeader('authorization');
  this.once('redirect', () => {
    if (peerOf(this.uri) !== peerOf(from)) this.removeHeader('authorization');
  });
  return true;
}

function isLegible(location: string, base: string): boolean {
  try {
    resolve(base, location);
    return true;
  } catch {
    return false;
  }
}

/** Whom the `request` package connects to. */
function peerOf({ protocol, hostname, port }: UrlWithStringQuery): string {
  const defaultPort = protocol === 'https:' ? 443 : 80;
  return `${protocol}//${hostname}:${Number(port ?? defaultPort)}`;
}
