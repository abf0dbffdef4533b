import { readFileSync } from 'node:fs';

interface PackageManifest {
  readonly name: string;
  readonly exports: Readonly<
    Record<
      string,
      string | { readonly types: string; readonly default: string }
    >
  >;
  readonly bin: { readonly 'nestjs-aspose-auth': string };
  readonly typesVersions: unknown;
}

/** The `package.json` of this package. */
export const packageManifest = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as PackageManifest;

/** The subpaths that have something to import, by the name that users import them by: where their types are. */
export function entryPoints(): Record<string, string> {
  const { name, exports } = packageManifest;
  return Object.fromEntries(
    Object.entries(exports).flatMap(([subpath, target]) =>
      typeof target === 'string'
        ? []
        : [[subpath.replace('.', name), target.types]],
    ),
  );
}
