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
    (key) => !new RegExp(`^${key}=`, 'm').test(environment),
  );
  if (missing.length === 0) return environment;
  const isOpen = environment !== '' && !environment.endsWith('\n');
  return `${environment}${isOpen ? '\n' : ''}${missing.map((key) => `${key}=\n`).join('')}`;
}

/** A `package.json` with the packages that `nestjs-aspose-auth` expects its app to have. */
export function withPeers(manifest: string): string {
  const parsed = JSON.parse(manifest) as PackageManifest;
  const present = parsed.dependencies ?? {};
  const nest = /\d+/.exec(present['@nestjs/common'] ?? '')?.[0] ?? '';
  const dependencies = {
    '@nestjs/axios': NEST_AXIOS[nest] ?? '^12.0.0',
    axios: '^1.6.0',
    ...present,
  };
  const names = Object.keys(dependencies);
  if (names.length === Object.keys(present).length) return manifest;

  const sorted = Object.fromEntries(
    Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const [indent = '  '] = /^[ \t]+/m.exec(manifest) ?? [];
  return `${JSON.stringify({ ...parsed, dependencies: sorted }, null, indent)}\n`;
}
