/** A URL as it may be printed: without user information, query and fragment. */
export function printableUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
