import { isLoopback } from '../network/loopback.js';
import { quotedProblems } from '../token/unfilled-text.js';

/**
 * Lists why secrets and tokens may not be sent to a value; empty if they may.
 *
 * @param allowsHttp - the option `allowInsecureHttp`; anything but `true` allows no `http:` beyond loopback.
 * @param example - a value without problems.
 */
export function urlProblems(
  name: string,
  value: unknown,
  allowsHttp: unknown,
  example = 'https://api.aspose.cloud',
): string[] {
  const quoted = typeof value === 'string' ? quotedProblems(name, value) : [];
  if (quoted.length > 0) return quoted;
  if (typeof value !== 'string' || !URL.canParse(value))
    return [`${name} must be a URL such as ${example}.`];
  if (value.trim() !== value)
    return [`${name} begins or ends with white space: trim it.`];
  const url = new URL(value);
  if (!/^https?:$/.test(url.protocol))
    return [
      `${name} must begin with https://, not ${url.protocol}${value.includes('://') ? '' : ' (is the scheme missing?)'}.`,
    ];
  if (url.username !== '' || url.password !== '')
    return [`${name} must not hold a user name or password.`];
  if (/[?#]/.test(value))
    return [`${name} must not have a query or a fragment.`];
  if (
    url.protocol === 'http:' &&
    allowsHttp !== true &&
    !isLoopback(url.hostname)
  )
    return [
      `${name} is an http: URL: anyone on the way can read the secret and the token. Use https:, or set allowInsecureHttp on a private network.`,
    ];
  return [];
}

/** Lists why a value is not an origin that tokens may be sent to; empty if it is one. */
export function originProblems(
  name: string,
  value: unknown,
  allowsHttp: unknown,
): string[] {
  if (String(value).includes('*'))
    return [
      `${name} has a wildcard, which no origin matches: name each origin.`,
    ];
  const problems = urlProblems(name, value, allowsHttp);
  if (problems.length > 0) return problems;
  const { origin, href } = new URL(String(value));
  return href === `${origin}/`
    ? []
    : [`${name} must be an origin without a path: ${origin}`];
}
