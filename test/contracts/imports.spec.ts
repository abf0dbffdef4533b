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
  .flatMap((path) =>
    ts
      .preProcessFile(readFileSync(`lib/${path}`, 'utf8'))
      .importedFiles.map(({ fileName }) => ({ path, specifier: fileName })),
  )
  .filter(({ specifier }) => !specifier.startsWith('.'));

it('imports nothing but modules of Node, as node:, and declared packages', () => {
  const undeclared = imports.filter(({ specifier }) => {
    const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
    return !specifier.startsWith('node:') && !declared.includes(name);
  });

  expect(undeclared).toEqual([]);
});

it.each(['@nestjs/common', '@nestjs/axios', 'rxjs', 'node:crypto'])(
  'imports %s somewhere',
  (name) => {
    expect(imports.map(({ specifier }) => specifier)).toContain(name);
  },
);
