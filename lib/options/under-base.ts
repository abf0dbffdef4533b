/** A URL as it is, a path appended to the base URL. */
export function underBase(urlOrPath: string, baseUrl: string): string {
  return urlOrPath.startsWith('/')
    ? baseUrl.replace(/(?<!\/)\/+$/, '') + urlOrPath
    : urlOrPath;
}
