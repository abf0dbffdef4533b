/** What a request asks for, as it is sent to Aspose. */
export interface GatewayTarget {
  /** Percent-encoded, as it was received. */
  readonly path: string;
  /** From the question mark on; empty without one. */
  readonly query: string;
}

/** The characters of a path without percent-encoding (RFC 3986), but for `;`, which some servers cut a segment at. */
const PATH = /^(?:\/(?:[\w.~!$&'()*+,=:@-]|%[\da-f]{2})+)+\/?$/i;

/** What the request line can hold. A fragment belongs to browsers. */
const QUERY = /^\?[^\s#]*$/;

/** How the path of each of Aspose's own token endpoints ends. */
const DEFAULT_TOKEN_PATH = '/connect/token';

/** How often a server, and what is in front of it, may decode a path. */
const DECODINGS = 3;

/**
 * Reads the target of a request.
 *
 * Refuses every path that another program could read as a different one: with dot segments, empty segments, backslashes or
 * control characters, encoded up to three times, or with a character that does not belong there. So that the path which is
 * checked is the path which is asked for.
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
 * Whether a path is one that tokens are asked for at, however it is read.
 *
 * @param tokenPath - that of the client's own token endpoint, where it is at the same host.
 */
export function isTokenPath(
  path: string,
  tokenPath = DEFAULT_TOKEN_PATH,
): boolean {
  return (readings(path) ?? []).some((reading) => {
    const name = reading.toLowerCase().replace(/\/$/, '');
    return (
      name.endsWith(DEFAULT_TOKEN_PATH) || name === tokenPath.toLowerCase()
    );
  });
}

/** Whether a segment holds a slash, however it is read. */
export function hasSlash(segment: string): boolean {
  return (readings(segment) ?? []).some((reading) => reading.includes('/'));
}

/** A path, and what it is once it is decoded once, twice, three times; undefined if it cannot be. */
function readings(path: string): string[] | undefined {
  const all = [path];
  // Most paths have nothing to decode.
  while (all.length <= DECODINGS && all.at(-1)!.includes('%')) {
    try {
      all.push(decodeURIComponent(all.at(-1)!));
    } catch {
      // A second decoding of "100%25" is none.
      return all.length === 1 ? undefined : all;
    }
  }
  return all;
}

/** Whether a path has no segment of dots, which some servers trim spaces off, and nothing that some take for a slash. */
function isUnambiguous(reading: string): boolean {
  // Some servers read wide forms of a character as the character.
  const path = reading.normalize('NFKC');
  return (
    !/[\\;\p{Cc}]/u.test(path) &&
    !path.split('/').some((segment) => /^[.\s]+$/.test(segment))
  );
}
