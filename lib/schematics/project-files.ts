interface Manifest {
  readonly dependencies?: Record<string, string>;
}

/** What an environment file has to have. The base URL is for those who do not call Aspose's own cloud. */
const LINES = [
  'ASPOSE_CLIENT_ID=',
  'ASPOSE_CLIENT_SECRET=',
  '# ASPOSE_BASE_URL=http://127.0.0.1:4100',
];

/** What is installed with this package, by the major of Nest: npm alone would install the newest for any of them. */
const VERSIONS: Record<string, { axios: string; config: string }> = {
  10: { axios: '^3.0.0', config: '^4.0.0' },
  11: { axios: '^4.0.0', config: '^4.0.0' },
};
const NEWEST = { axios: '^12.0.0', config: '^12.0.0' };

/** Adds the keys of the module to an example of an environment file. */
export function withKeys(environment: string): string {
  const missing = LINES.filter((line) => {
    const [key = ''] = /\w+/.exec(line) ?? [];
    const given = String.raw`^[ \t]*(?:#[ \t]*)?(?:export[ \t]+)?${key}[ \t]*=`;
    return !new RegExp(given, 'm').test(environment);
  });
  return withLines(environment, missing);
}

/** Adds `.env` to a `.gitignore`, unless a line of that covers it. */
export function withEnvIgnored(gitignore: string): string {
  const isCovered = /^(?:\*\*\/|\/)?(?:\*|\*?\.env\*?) *\r?$/m;
  return withLines(gitignore, isCovered.test(gitignore) ? [] : ['.env']);
}

function withLines(text: string, lines: readonly string[]): string {
  const newline = newlineOf(text);
  const isOpen = lines.length > 0 && text !== '' && !text.endsWith('\n');
  return `${text}${isOpen ? newline : ''}${lines.map((line) => line + newline).join('')}`;
}

/**
 * Adds what the registered module needs to the dependencies in a `package.json`: its peers, and what it is registered with.
 *
 * @param rootModule - the code of the registration.
 * @param installedNest - the installed version of Nest, where it is known.
 */
export function withDependencies(
  manifest: string,
  rootModule: string,
  installedNest = '',
): string {
  const missing = missingDependencies(manifest, rootModule, installedNest);
  if (Object.keys(missing).length === 0) return manifest;

  const parsed = JSON.parse(manifest) as Manifest;
  const entries = Object.entries({ ...parsed.dependencies, ...missing });
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const completed = { ...parsed, dependencies: Object.fromEntries(sorted) };
  const [indent = '  '] = /^[ \t]+/m.exec(manifest) ?? [];
  const text = JSON.stringify(completed, null, indent);
  return `${text}\n`.replaceAll('\n', newlineOf(manifest));
}

/** What {@link withDependencies} would add to a `package.json`: version ranges by name. */
export function missingDependencies(
  manifest: string,
  rootModule: string,
  installedNest = '',
): Record<string, string> {
  const { dependencies = {} } = JSON.parse(manifest) as Manifest;
  const version = installedNest || (dependencies['@nestjs/common'] ?? '');
  const [nest = ''] = /\d+/.exec(version) ?? [];
  const { axios, config } = VERSIONS[nest] ?? NEWEST;
  const needed = {
    '@nestjs/axios': axios,
    ...(rootModule.includes(`'@nestjs/config'`) && {
      '@nestjs/config': config,
    }),
    // Older versions send requests for `https:` hosts to an HTTP proxy in clear text.
    axios: '^1.16.1',
  };
  return Object.fromEntries(
    Object.entries(needed).filter(([name]) => !(name in dependencies)),
  );
}

/** The line end of a text: that of Windows, if the text has any. */
export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
