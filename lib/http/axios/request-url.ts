import type { AxiosLikeConfig } from './axios-like.js';

type Addressed = Pick<AxiosLikeConfig, 'baseURL' | 'url' | 'allowAbsoluteUrls'>;

/** What axios treats as an absolute URL. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;

/** A URL at the origin that a request is made to: the base URL if axios appends a path to it. */
export function urlAtOrigin(config: Addressed): string {
  const { baseURL = '', url = '' } = config;
  return baseURL === '' || isAbsolute(config) ? String(url) : baseURL;
}

function isAbsolute({ url = '', allowAbsoluteUrls }: Addressed): boolean {
  return allowAbsoluteUrls !== false && ABSOLUTE.test(String(url));
}
