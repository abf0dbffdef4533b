import { describe, expect, it } from 'vitest';

import {
  missingDependencies,
  withDependencies,
  withEnvIgnored,
  withKeys,
} from '../../../lib/schematics/project-files.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';

const BASE_URL = '# ASPOSE_BASE_URL=http://127.0.0.1:4100\n';
const ALL = `ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET=\n${BASE_URL}`;

/** What registers the module without `@nestjs/config`, and with it. */
const PLAIN = '';
const CONFIG = `import { ConfigModule } from '@nestjs/config';`;

describe('withKeys', () => {
  it.each([
    ['nothing', '', ALL],
    ['other keys', 'PORT=3000\n', `PORT=3000\n${ALL}`],
    ['a last line that does not end', 'PORT=3000', `PORT=3000\n${ALL}`],
    [
      'one of them',
      'ASPOSE_CLIENT_SECRET=\n',
      `ASPOSE_CLIENT_SECRET=\nASPOSE_CLIENT_ID=\n${BASE_URL}`,
    ],
    [
      'keys that begin or end alike',
      'MY_ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET_2=\n',
      `MY_ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET_2=\n${ALL}`,
    ],
    [
      'lines that end as on Windows',
      'PORT=3000\r\nASPOSE_CLIENT_ID=\r\n',
      `PORT=3000\r\n${ALL.replaceAll('\n', '\r\n')}`,
    ],
  ])('adds what is missing to %s', (_, before, after) => {
    expect(withKeys(before)).toBe(after);
  });

  it.each([
    'ASPOSE_CLIENT_SECRET=x\nASPOSE_CLIENT_ID=y\nASPOSE_BASE_URL=z',
    'ASPOSE_CLIENT_SECRET = x\nexport ASPOSE_CLIENT_ID=y\n#ASPOSE_BASE_URL=',
  ])('leaves a file alone that has all: %j', (text) => {
    expect(withKeys(text)).toBe(text);
  });

  it.each(['\n', ' ', 'export '])(
    'reads a long file in linear time: %j',
    (piece) => {
      expect(growthOf(withKeys, repeated(piece))).toBeLessThan(LINEAR);
    },
  );
});

describe('withEnvIgnored', () => {
  it.each([
    ['nothing', '', '.env\n'],
    ['other lines', '/dist\n.env.local\n', '/dist\n.env.local\n.env\n'],
    ['a last line that does not end', '/dist', '/dist\n.env\n'],
    ['a negation', '!.env\n', '!.env\n.env\n'],
    ['others alone', '.env.*\n', '.env.*\n.env\n'],
    ['a space before it', ' .env\n', ' .env\n.env\n'],
    ['lines that end as on Windows', '/dist\r\n', '/dist\r\n.env\r\n'],
  ])('adds a line to %s', (_, before, after) => {
    expect(withEnvIgnored(before)).toBe(after);
  });

  it.each([
    '.env',
    '/.env',
    '**/.env',
    '.env*',
    '*.env',
    '.env.*\n.env',
    '.env \r\n',
  ])('adds none to %j', (text) => {
    expect(withEnvIgnored(text)).toBe(text);
  });

  it.each(['\n', ' ', '*', '.env'])(
    'reads a long file in linear time: %j',
    (piece) => {
      expect(growthOf(withEnvIgnored, repeated(piece))).toBeLessThan(LINEAR);
    },
  );
});

describe('missingDependencies', () => {
  it.each([
    ['10.4.22', '^4.0.0'],
    ['11.2.1', '^4.0.0'],
    ['12.5.1', '^12.0.0'],
  ])('gives Nest %s an @nestjs/config of %s', (nest, config) => {
    expect(missingDependencies('{}', CONFIG, nest)).toMatchObject({
      '@nestjs/config': config,
    });
  });

  it('leaves out what is not used', () => {
    expect(missingDependencies('{}', PLAIN, '12.0.0')).toEqual({
      '@nestjs/axios': '^12.0.0',
      axios: '^1.16.1',
    });
  });
});

describe('withDependencies', () => {
  const peersOf = (dependencies: Record<string, string>) => {
    const manifest = JSON.parse(
      withDependencies(JSON.stringify({ dependencies }), PLAIN),
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

      expect(withDependencies(manifest, PLAIN, '11.1.3')).toContain(
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

    expect(withDependencies(JSON.stringify(manifest), PLAIN)).toBe(`{
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

    expect(withDependencies(manifest, PLAIN)).toContain(
      `{\n${indent}"name": "app",\n${indent}"dependencies": {\n`,
    );
  });

  it('keeps the line ends of Windows', () => {
    const manifest = JSON.stringify({ name: 'app' }, null, 2);

    expect(withDependencies(manifest.replaceAll('\n', '\r\n'), PLAIN)).toBe(
      withDependencies(manifest, PLAIN).replaceAll('\n', '\r\n'),
    );
  });

  it('gives a manifest without dependencies some', () => {
    expect(JSON.parse(withDependencies('{}', PLAIN))).toEqual({
      dependencies: { '@nestjs/axios': '^12.0.0', axios: '^1.16.1' },
    });
  });

  it('leaves a manifest alone that has both', () => {
    const text = '{"dependencies":{"axios":"1","@nestjs/axios":"4"}}';

    expect(withDependencies(text, PLAIN)).toBe(text);
  });
});
