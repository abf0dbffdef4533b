import { describe, expect, it } from 'vitest';

import {
  withCredentialKeys,
  withPeers,
} from '../../../lib/schematics/project-files.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';

describe('withCredentialKeys', () => {
  it.each([
    ['nothing', '', 'ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET=\n'],
    [
      'other keys',
      'PORT=3000\n',
      'PORT=3000\nASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET=\n',
    ],
    [
      'a last line that does not end',
      'PORT=3000',
      'PORT=3000\nASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET=\n',
    ],
    [
      'one of them',
      'ASPOSE_CLIENT_SECRET=\n',
      'ASPOSE_CLIENT_SECRET=\nASPOSE_CLIENT_ID=\n',
    ],
    [
      'keys that begin or end alike',
      'MY_ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET_2=\n',
      'MY_ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET_2=\nASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET=\n',
    ],
    [
      'lines that end as on Windows',
      'PORT=3000\r\nASPOSE_CLIENT_ID=\r\n',
      'PORT=3000\r\nASPOSE_CLIENT_ID=\r\nASPOSE_CLIENT_SECRET=\r\n',
    ],
  ])('adds what is missing to %s', (_, before, after) => {
    expect(withCredentialKeys(before)).toBe(after);
  });

  it.each([
    'ASPOSE_CLIENT_SECRET=x\nASPOSE_CLIENT_ID=y',
    'ASPOSE_CLIENT_SECRET = x\nexport ASPOSE_CLIENT_ID=y',
  ])('leaves a file alone that has both: %j', (text) => {
    expect(withCredentialKeys(text)).toBe(text);
  });

  it.each(['\n', ' ', 'export '])(
    'reads a long file in linear time: %j',
    (piece) => {
      expect(growthOf(withCredentialKeys, repeated(piece))).toBeLessThan(
        LINEAR,
      );
    },
  );
});

describe('withPeers', () => {
  const peersOf = (dependencies: Record<string, string>) => {
    const manifest = JSON.parse(
      withPeers(JSON.stringify({ dependencies })),
    ) as { dependencies: Record<string, string> };
    return manifest.dependencies;
  };

  it.each([
    ['^10.4.0', '^3.0.0'],
    ['^11.0.1', '^4.0.0'],
    ['~12.0.1', '^12.0.0'],
    ['latest', '^12.0.0'],
  ])('gives Nest %s an @nestjs/axios of %s', (nest, axios) => {
    expect(peersOf({ '@nestjs/common': nest })).toEqual({
      '@nestjs/common': nest,
      '@nestjs/axios': axios,
      axios: '^1.16.1',
    });
  });

  it.each(['catalog:', 'workspace:*', '*', 'latest'])(
    'goes by the Nest that is installed where package.json says %s',
    (nest) => {
      const manifest = JSON.stringify({
        dependencies: { '@nestjs/common': nest },
      });

      expect(withPeers(manifest, '11.1.3')).toContain(
        '"@nestjs/axios": "^4.0.0"',
      );
    },
  );

  it('keeps the versions that are there', () => {
    expect(peersOf({ axios: '1.7.0', '@nestjs/common': '^11.0.0' })).toEqual({
      '@nestjs/axios': '^4.0.0',
      '@nestjs/common': '^11.0.0',
      axios: '1.7.0',
    });
  });

  it('writes what npm would write', () => {
    const manifest = {
      name: 'app',
      dependencies: { rxjs: '^7.8.1' },
      jest: {},
    };

    expect(withPeers(JSON.stringify(manifest))).toBe(`{
  "name": "app",
  "dependencies": {
    "@nestjs/axios": "^12.0.0",
    "axios": "^1.16.1",
    "rxjs": "^7.8.1"
  },
  "jest": {}
}
`);
  });

  it.each(['  ', '    ', '\t'])('keeps the indentation: %j', (indent) => {
    const manifest = JSON.stringify({ name: 'app' }, null, indent);

    expect(withPeers(manifest)).toContain(
      `{\n${indent}"name": "app",\n${indent}"dependencies": {\n`,
    );
  });

  it('keeps the line ends of Windows', () => {
    const manifest = JSON.stringify({ name: 'app' }, null, 2);

    expect(withPeers(manifest.replaceAll('\n', '\r\n'))).toBe(
      withPeers(manifest).replaceAll('\n', '\r\n'),
    );
  });

  it('gives a manifest without dependencies some', () => {
    expect(JSON.parse(withPeers('{}'))).toEqual({
      dependencies: { '@nestjs/axios': '^12.0.0', axios: '^1.16.1' },
    });
  });

  it('leaves a manifest alone that has both', () => {
    const text = '{"dependencies":{"axios":"1","@nestjs/axios":"4"}}';

    expect(withPeers(text)).toBe(text);
  });
});
