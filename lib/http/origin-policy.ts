/** Nearly all calls go to the one base URL. */
let latest: { readonly url: string; readonly origin: string | undefined } = {
  url: '',
  origin: undefined,
};

/**
 * The origin that a URL leads to; undefined when it leads nowhere.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6454#section-4
 */
export function originOf(url: string): string | undefined {
  if (url !== latest.url)
    latest = {
      url,
      origin: URL.canParse(url) ? new URL(url).origin : undefined,
    };
  return latest.origin;
}

/** Tells whether a token may go to a URL: scheme, host and port must be those of an allowed origin, exactly. */
export function mayReceiveToken(
  url: string,
  allowedOrigins: readonly string[],
): boolean {
  const origin = originOf(url);
  return origin !== undefined && allowedOrigins.includes(origin);
}
