/**
 * The origin that a URL leads to; undefined when it leads nowhere.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6454#section-4
 */
export function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Tells whether a token may go to a URL: scheme, host and port must be those of an allowed origin, exactly. */
export function mayReceiveToken(
  url: string,
  allowedOrigins: readonly string[],
): boolean {
  const origin = originOf(url);
  return origin !== undefined && allowedOrigins.includes(origin);
}
