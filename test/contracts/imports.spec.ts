import { readdirSync, readFileSync } from 'node:fs';

import ts from 'typescript';
import { expect, it } from 'vitest';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const declared = Object.keys({
  ...manifest.dependencies,
  ...manifest.peerDependencies,
});

/** What lib/ imports that is not its own, and where. */
const imports = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.m?ts$/.test(path))
  .flatMap((path) => {
    const text = readFileSync(`lib/${path}`, 'utf8');
    return [...importedBy(text), ...requiredBy(text)].map((specifier) => ({
      path,
      specifier,
    }));
  })
  .filter(({ specifier }) => !specifier.startsWith('.'));

function importedBy(text: string): string[] {
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
}

/** What is loaded by `require('…')` or `createRequire(…)('…')`, which TypeScript does not count as an import. */
function requiredBy(text: string): string[] {
  return [
    ...text.matchAll(/\b(?:require|createRequire\([^()]*\))\(['"](.+?)['"]\)/g),
  ].map(([, specifier = '']) => specifier);
}

it('imports nothing but modules of Node, as node:, and declared packages', () => {
  const undeclared = imports.filter(({ specifier }) => {
    const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
    return !specifier.startsWith('node:') && !declared.includes(name);
  });

  expect(undeclared).toEqual([]);
});

it.each(['@nestjs/common', '@nestjs/axios', 'axios', 'rxjs', 'node:crypto'])(
  'imports %s somewhere',
  (name) => {
    expect(imports.map(({ specifier }) => specifier)).toContain(name);
  },
);
