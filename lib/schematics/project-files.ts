const KEYS = ['ASPOSE_CLIENT_ID', 'ASPOSE_CLIENT_SECRET'];

/** Left to npm, an app gets the newest @nestjs/axios, whatever its Nest. */
const NEST_AXIOS: Readonly<Record<string, string>> = {
  10: '^3.0.0',
  11: '^4.0.0',
};

interface PackageManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** An example of an environment file, with the keys of the credentials. */
export function withCredentialKeys(environment: string): string {
  const missing = KEYS.filter(
    (key) =>
      !new RegExp(String.raw`^\s*(?:export\s+)?${key}\s*=`, 'm').test(
        environment,
      ),
  );
  if (missing.length === 0) return environment;
  const newline = newlineOf(environment);
  const isOpen = environment !== '' && !environment.endsWith('\n');
  return `${environment}${isOpen ? newline : ''}${missing.map((key) => `${key}=${newline}`).join('')}`;
}

/**
 * A `package.json` with the packages that `nestjs-aspose-auth` expects its app to have.
 *
 * @param installedNest - the version of Nest that is installed, where that is known.
 */
export function withPeers(manifest: string, installedNest?: string): string {
  const parsed = JSON.parse(manifest) as PackageManifest;
  const present = parsed.dependencies ?? {};
  const version = installedNest ?? present['@nestjs/common'] ?? '';
  const nest = /\d+/.exec(version)?.[0] ?? '';
  const dependencies = {
    '@nestjs/axios': NEST_AXIOS[nest] ?? '^12.0.0',
    // Older ones speak to a proxy in clear.
    axios: '^1.16.1',
    ...present,
  };
  const names = Object.keys(dependencies);
  if (names.length === Object.keys(present).length) return manifest;

  const sorted = Object.fromEntries(
    Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const [indent = '  '] = /^[ \t]+/m.exec(manifest) ?? [];
  const text = JSON.stringify(
    { ...parsed, dependencies: sorted },
    null,
    indent,
  );
  return `${text}\n`.replaceAll('\n', newlineOf(manifest));
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
