/** What a request asks for, as it is sent to Aspose. */
export interface GatewayTarget {
  /** Percent-encoded, as it was received. */
  readonly path: string;
  /** From the question mark on; empty without one. */
  readonly query: string;
}

/** The characters of a path without percent-encoding (RFC 3986), but for `;`, which some servers cut a segment at. */
const PATH = /^(?:\/(?:[\w.~!$&'()*+,=:@-]|%[\da-f]{2})+)+\/?$/i;

/** What a request line can hold. A fragment belongs to browsers. */
const QUERY = /^\?[!"$-~]*$/;

/** How the path of each of Aspose's own token endpoints ends. */
const DEFAULT_TOKEN_PATH = '/connect/token';

/** How often a server, and what is in front of it, may decode a path. */
const DECODINGS = 3;

const ENCODED = /%[\da-f]{2}/i;

/**
 * Reads the target of a request.
 *
 * Refuses every path that another program could read as a different one: with dot segments, empty segments, backslashes, question
 * marks or control characters, encoded up to three times, with anything that is encoded more often or not in UTF-8, or with a
 * character that does not belong there. So that the path which is checked is the path which is asked for.
 *
 * @returns undefined for what is refused.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.3
 */
export function readTarget(target: string): GatewayTarget | undefined {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark);
  const isPlain = PATH.test(path) && (query === '' || QUERY.test(query));
  return isPlain && readings(path)?.every(isUnambiguous)
    ? { path, query }
    : undefined;
}

/**
 * Where a redirect leads, below a base URL.
 *
 * @param from - the path that was asked for.
 * @returns undefined where it leads elsewhere, or to a path that is refused.
 */
export function belowBase(
  location: string | undefined,
  base: string,
  from: string,
): GatewayTarget | undefined {
  if (location === undefined || !URL.canParse(location, base + from))
    return undefined;
  const { href } = new URL(location, base + from);
  return href.startsWith(`${base}/`)
    ? readTarget(href.slice(base.length).replace(/#.*/s, ''))
    : undefined;
}

/** The path of a client's token endpoint below its `baseUrl`; undefined if it is elsewhere. */
export function tokenPathBelow(
  baseUrl: string,
  tokenEndpoint: string,
): string | undefined {
  const { href: base } = new URL(baseUrl.replace(/\/*$/, '/'));
  const { href } = new URL(tokenEndpoint);
  return href.startsWith(base) ? href.slice(base.length - 1) : undefined;
}

/**
 * Whether a path is one that tokens are asked for at, however it is read.
 *
 * @param tokenPath - that of the client's own token endpoint, where it is below the same `baseUrl`.
 */
export function isTokenPath(
  path: string,
  tokenPath = DEFAULT_TOKEN_PATH,
): boolean {
  return (readings(path) ?? [])
    .map(asRouted)
    .some(
      (name) =>
        name.endsWith(DEFAULT_TOKEN_PATH) || name === asRouted(tokenPath),
    );
}

/** Whether a segment holds a slash, however it is read. */
export function hasSlash(segment: string): boolean {
  return (readings(segment) ?? []).some((reading) => reading.includes('/'));
}

/** A path, and what it is once it is decoded once, twice, three times; undefined if something in it cannot be, or is encoded more often. */
function readings(path: string): string[] | undefined {
  const all = [path];
  // Most paths have nothing to decode.
  while (ENCODED.test(all.at(-1)!)) {
    const reading = decoded(all.at(-1)!);
    if (reading === undefined || all.length > DECODINGS) return undefined;
    all.push(reading);
  }
  return all;
}

/** What is not encoded stays: "100%" is that. */
function decoded(path: string): string | undefined {
  try {
    const text = path.replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) =>
      decodeURIComponent(bytes),
    );
    // Some servers read wide forms of a character as the character.
    return text.normalize('NFKC');
  } catch {
    return undefined;
  }
}

/** Whether a path has no empty segment, none of dots, which some servers trim spaces off, and nothing that some cut or part it at. */
function isUnambiguous(reading: string): boolean {
  return (
    !/[\\;?\p{Cc}]/u.test(reading) && !/\/[.\s]*\/|\/[.\s]+$/.test(reading)
  );
}

/** A path as the most lenient router sees it: in any case, without dots and spaces, which some trim, and only up to a fragment. */
function asRouted(reading: string): string {
  return reading
    .toLowerCase()
    .replace(/#.*/s, '')
    .replaceAll(/[.\s]/g, '')
    .replaceAll(/\/+/g, '/')
    .replace(/\/$/, '');
}
