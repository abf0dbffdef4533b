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

const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.m?ts$/.test(path))
  .map((path) => `lib/${path}`);

const importsOf = (path: string) =>
  ts
    .preProcessFile(readFileSync(path, 'utf8'))
    .importedFiles.map(({ fileName }) => fileName);

const packageOf = (specifier: string) =>
  /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

it.each(sources)(
  '%s imports its own files, node: modules and what package.json declares',
  (path) => {
    const undeclared = importsOf(path).filter(
      (specifier) =>
        !/^(?:\.|node:)/.test(specifier) &&
        !declared.includes(packageOf(specifier)),
    );

    expect(undeclared).toEqual([]);
  },
);

it('finds the imports of every peer', () => {
  const found = new Set(sources.flatMap(importsOf).map(packageOf));

  expect([...found]).toEqual(
    expect.arrayContaining(['@nestjs/common', '@nestjs/axios', 'rxjs']),
  );
});
