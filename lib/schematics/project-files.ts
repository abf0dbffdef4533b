const KEYS = ['ASPOSE_CLIENT_ID', 'ASPOSE_CLIENT_SECRET'];

/** The @nestjs/axios of older Nest versions: npm alone would install the newest for any of them. */
const NEST_AXIOS: Record<string, string> = { 10: '^3.0.0', 11: '^4.0.0' };

/** Adds the keys of the credentials to an example of an environment file. */
export function withCredentialKeys(environment: string): string {
  const missing = KEYS.filter((key) => {
    const line = String.raw`^[ \t]*(?:export[ \t]+)?${key}[ \t]*=`;
    return !new RegExp(line, 'm').test(environment);
  });
  if (missing.length === 0) return environment;
  const newline = newlineOf(environment);
  const isOpen = environment !== '' && !environment.endsWith('\n');
  return `${environment}${isOpen ? newline : ''}${missing.map((key) => `${key}=${newline}`).join('')}`;
}

/**
 * Adds the peers of `nestjs-aspose-auth` to the dependencies in a `package.json`.
 *
 * @param installedNest - the installed version of Nest, where it is known.
 */
export function withPeers(manifest: string, installedNest = ''): string {
  const parsed = JSON.parse(manifest) as {
    dependencies?: Record<string, string>;
  };
  const present = parsed.dependencies ?? {};
  if ('axios' in present && '@nestjs/axios' in present) return manifest;

  const version = installedNest || (present['@nestjs/common'] ?? '');
  const [nest = ''] = /\d+/.exec(version) ?? [];
  const entries = Object.entries({
    '@nestjs/axios': NEST_AXIOS[nest] ?? '^12.0.0',
    // Older versions send requests for `https:` hosts to an HTTP proxy in clear text.
    axios: '^1.16.1',
    ...present,
  });
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const completed = { ...parsed, dependencies: Object.fromEntries(sorted) };
  const [indent = '  '] = /^[ \t]+/m.exec(manifest) ?? [];
  const text = JSON.stringify(completed, null, indent);
  return `${text}\n`.replaceAll('\n', newlineOf(manifest));
}

/** The line end of a text: that of Windows, if the text has any. */
export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
