import { newlineOf } from './project-files.js';

const IMPORT = `import { overrideAsposeAuth } from 'nestjs-aspose-auth/testing';\n`;

/** Where `nest new` has a test boot the whole app. */
const BOOT =
  /(= await )(Test\.createTestingModule\(\{)\n {6}(imports: \[\w+\]),\n {4}\}\)(\.compile\(\);)/;

/** The place of an import from a package: before the first from a file. */
const BELOW_PACKAGES = /^(?=import \{[^}]*\} from '\.)/m;

/**
 * Makes the e2e test that `nest new` writes need no credentials.
 *
 * @returns the same text if it needs none already; undefined if it is not as `nest new` writes it.
 */
export function withoutCredentials(test: string): string | undefined {
  if (/\boverrideAsposeAuth\b/.test(test)) return test;
  const text = test.replaceAll('\r\n', '\n');
  if (!BOOT.test(text) || !BELOW_PACKAGES.test(text)) return undefined;
  return text
    .replace(BELOW_PACKAGES, IMPORT)
    .replace(BOOT, '$1overrideAsposeAuth(\n      $2 $3 }),\n    )$4')
    .replaceAll('\n', newlineOf(test));
}
