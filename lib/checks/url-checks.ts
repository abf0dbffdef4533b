/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Whether a host is this machine by whatever name: no proxy can reach it. Not enough to trust it. */
export function isThisMachine(hostname: string): boolean {
  return (
    isLoopback(hostname) ||
    /(?:^|\.)localhost\.?$|^0\.0\.0\.0$|^\[::\]$|^\[::ffff:(?:7f|0:0\])/.test(
      hostname,
    )
  );
}

/** What keeps a value from being a URL that secrets and tokens may travel to. */
export function urlProblems(
  name: string,
  value: unknown,
  allowsHttp: boolean,
): string[] {
  if (typeof value !== 'string' || !URL.canParse(value))
    return [`${name} must be a URL such as https://api.aspose.cloud.`];
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
  if (url.protocol === 'http:' && !allowsHttp && !isLoopback(url.hostname))
    return [
      `${name} is an http: URL: anyone on the way can read the secret and the token. Use https:, or set allowInsecureHttp on a private network.`,
    ];
  return [];
}

/** What keeps a value from being an origin that tokens may travel to. */
export function originProblems(
  name: string,
  value: unknown,
  allowsHttp: boolean,
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

/** A URL as it may be printed: without user information, query and fragment. */
export function printableUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
