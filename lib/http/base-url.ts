/** What axios treats as an absolute URL. */
const ABSOLUTE = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;

/** Whether axios reads a URL as one that says by itself where it leads: with `//`, after a scheme or without. */
export function isAbsolute(url: string): boolean {
  return ABSOLUTE.test(url);
}

/** A path under a base URL, as axios puts them together. What is appended cannot lead to another origin. */
export function underBaseUrl(baseUrl: string, path: string): string {
  if (path === '') return baseUrl;
  return `${baseUrl.replace(/(?<!\/)\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}
