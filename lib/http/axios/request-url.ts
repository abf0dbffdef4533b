import type { AxiosLikeConfig } from './axios-like.js';

type Addressed = Pick<AxiosLikeConfig, 'baseURL' | 'url' | 'allowAbsoluteUrls'>;

/** What axios takes for a URL of its own, in every version. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;

/** What axios takes for a path below the base URL, in every version. */
const PATH = /^(?:\/(?![/\\\s])|[\w.~%-]+(?:[/?#]|$)|$)/;

/** A URL at the origin that a request is made to: the base URL alone where a path is appended to it. */
export function urlAtOrigin(config: Addressed): string {
  const { baseURL = '', url = '' } = config;
  return baseURL === '' || isAbsolute(config) ? String(url) : baseURL;
}

/**
 * Gives a request the one URL that it is to be made to, where versions of axios, or parts of one, do not agree.
 *
 * `allowAbsoluteUrls` is unknown to axios before 1.8, and its adapters in 1.8 forget it; white space and control
 * characters count in some. The token would go elsewhere than was checked.
 */
export function settleUrl(config: AxiosLikeConfig): void {
  const { baseURL = '' } = config;
  const url = String(config.url ?? '');
  if (baseURL === '' || PATH.test(url) || isAbsolute(config)) return;
  config.url = `${baseURL.replace(/(?<!\/)\/+$/, '')}/${url.replace(/^\/+/, '')}`;
  config.baseURL = '';
}

function isAbsolute({ url = '', allowAbsoluteUrls }: Addressed): boolean {
  return allowAbsoluteUrls !== false && ABSOLUTE.test(String(url));
}
