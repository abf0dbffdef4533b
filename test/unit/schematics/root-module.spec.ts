import type { Options } from 'prettier';
import { describe, expect, it } from 'vitest';

import { registerInRootModule } from '../../../lib/schematics/root-module.js';
import { isPretty, pretty } from '../../support/pretty.js';

const NEW_APP = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller';
import { AppService } from './app.service';

@Module({
  imports: [],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
`;

const rootModule = (metadata: string, imports = '') =>
  pretty(`import { Module } from '@nestjs/common';
${imports}
import { AppService } from './app.service';

@Module(${metadata})
export class AppModule {}
`);

const CONFIG = `import { ConfigModule } from '@nestjs/config';`;

/** What is left of a text when that of another is taken away, character by character; undefined where some is missing. */
function without(text: string, taken: string): string | undefined {
  let left = '';
  let rest = text;
  for (const character of taken.replaceAll(/[\s,]/g, '')) {
    const at = rest.indexOf(character);
    if (at === -1) return undefined;
    left += rest.slice(0, at);
    rest = rest.slice(at + 1);
  }
  return left + rest;
}

describe('registerInRootModule', () => {
  it('registers the module from the environment in a new app', () => {
    expect(registerInRootModule(NEW_APP)).toBe(
      `import { Module } from '@nestjs/common';
import { AsposeAuthModule } from 'nestjs-aspose-auth';
import { AppController } from './app.controller';
import { AppService } from './app.service';

@Module({
  imports: [
    AsposeAuthModule.forRoot({
      clientId: process.env.ASPOSE_CLIENT_ID,
      clientSecret: process.env.ASPOSE_CLIENT_SECRET,
    }),
  ],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
`,
    );
  });

  it('registers it from ConfigService where the root module imports ConfigModule', async () => {
    const text = await rootModule(
      '{ imports: [ConfigModule.forRoot({ isGlobal: true }), CatsModule] }',
      CONFIG,
    );

    expect(registerInRootModule(text)).toBe(
      `import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AsposeAuthModule } from 'nestjs-aspose-auth';
import { AppService } from './app.service';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    CatsModule,
    AsposeAuthModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.get<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
      }),
    }),
  ],
})
export class AppModule {}
`,
    );
  });

  it.each([
    'ConfigModule.forRoot()',
    'ConfigModule.forRoot({ isGlobal: false }), CacheModule.register({ isGlobal: true })',
    'ConfigModule.forRoot(settings)',
    'await ConfigModule.forRoot()',
    'ConfigModule',
    'CacheModule.registerAsync({ isGlobal: true, imports: [ConfigModule] }), ConfigModule.forRoot()',
    'CacheModule.registerAsync({ isGlobal: true, imports: [ConfigModule] })',
  ])('imports a ConfigModule that is not global: %s', async (modules) => {
    const text = await rootModule(`{ imports: [${modules}] }`, CONFIG);

    const registered = registerInRootModule(text);

    expect(registered).toContain(
      'forRootAsync({\n      imports: [ConfigModule],\n      inject',
    );
    await expect(isPretty(registered)).resolves.toBe(true);
  });

  it.each([
    ['none', '{ imports: [] }', ''],
    ['none that is used', '{ imports: [CatsModule] }', CONFIG],
    [
      "one of the app's own",
      '{ imports: [ConfigModule] }',
      `import { ConfigModule } from './config.module';`,
    ],
    [
      'one in a comment',
      '{ imports: [/* ConfigModule.forRoot() */ CatsModule] }',
      CONFIG,
    ],
  ])(
    'registers it from the environment with ConfigModule: %s',
    async (_, metadata, imports) => {
      const registered = registerInRootModule(
        await rootModule(metadata, imports),
      );

      expect(registered).toContain('AsposeAuthModule.forRoot({');
      expect(registered).not.toContain('ConfigService');
    },
  );

  describe.each([
    ['missing', '{ controllers: [CatsController], providers: [] }'],
    ['missing, on several lines', '{\n controllers: [],\n providers: [] }'],
    ['missing, after a comment', '{\n // Cats\n controllers: [] }'],
    ['missing in no metadata', '{}'],
    ['empty', '{ imports: [], providers: [AppService] }'],
    ['empty but for a comment', '{ imports: [\n // Nothing yet.\n ] }'],
    ['one on a line', '{ imports: [CatsModule] }'],
    ['several on a line', '{ imports: [CatsModule, DogsModule.forRoot()] }'],
    [
      'on several lines',
      `{ imports: [CatsModule.forRoot({\n url: 'cats://[' }), DogsModule] }`,
    ],
    ['the last property', '{ providers: [], imports: [CatsModule] }'],
    ['spread', '{ imports: [...modules, DogsModule] }'],
    ['with a comment at the end', '{ imports: [\nCatsModule, // of all\n] }'],
    ['empty but for a comment on the line', '{ imports: [/* None. */] }'],
    ['after a comment', '{ /* Here: */ imports: [CatsModule] /* [ */ }'],
    [
      'with type arguments',
      '{ imports: [Cats.of<Tom, Map<Id, Cat>>(), Dogs] }',
    ],
    ['with a comment between', '{ imports: [\nCatsModule, /* [ */ Dogs] }'],
    [
      'with brackets in what is not code',
      '{ imports: [Cats.of(`[${mouse}`, /[\'")]/g, "it\'s }"), Dogs] }',
    ],
  ])('with imports %s', (_, metadata) => {
    it.each([
      ['', 'AsposeAuthModule.forRoot({'],
      [CONFIG, 'AsposeAuthModule.forRoot({'],
    ])('leaves what prettier would write: %s', async (imports, expected) => {
      const text = await rootModule(metadata, imports);

      const registered = registerInRootModule(text);

      expect(registered).toContain(`\n    ${expected}`);
      expect(registered).toContain(
        `\nimport { AsposeAuthModule } from 'nestjs-aspose-auth';\n`,
      );
      await expect(isPretty(registered)).resolves.toBe(true);
    });

    it('loses nothing of it', async () => {
      const text = await rootModule(metadata);

      expect(without(registerInRootModule(text), text)).toBeDefined();
    });

    it('changes nothing the second time', async () => {
      const registered = registerInRootModule(await rootModule(metadata));

      expect(registerInRootModule(registered)).toBe(registered);
    });
  });

  it('gives each name a line when an import becomes too long', async () => {
    const text = await rootModule(
      '{ imports: [ConfigModule] }',
      `import { ConfigModule, ConditionalModule, registerAs } from '@nestjs/config';`,
    );

    const registered = registerInRootModule(text);

    expect(registered).toContain('  registerAs,\n  ConfigService,\n} from');
    await expect(isPretty(registered)).resolves.toBe(true);
  });

  it('adds to an import on several lines', async () => {
    const text = await rootModule(
      '{ imports: [ConfigModule] }',
      `import { ConfigModule, ConditionalModule, getConfigToken, registerAs } from '@nestjs/config';`,
    );

    const registered = registerInRootModule(text);

    expect(registered).toContain('  registerAs,\n  ConfigService,\n} from');
    await expect(isPretty(registered)).resolves.toBe(true);
  });

  it.each(['/* a */ ConfigModule', 'ConfigModule /* b, */'])(
    'keeps a comment in an import: %s',
    async (names) => {
      const text = await rootModule(
        '{ imports: [ConfigModule] }',
        `import { ${names} } from '@nestjs/config';`,
      );

      expect(registerInRootModule(text)).toContain(
        `import {\n  ${names},\n  ConfigService,\n} from`,
      );
    },
  );

  it('does not import ConfigService twice', async () => {
    const text = await rootModule(
      '{ imports: [ConfigModule] }',
      `import { ConfigModule, ConfigService } from '@nestjs/config';`,
    );

    expect(registerInRootModule(text)).toContain(
      `import { ConfigModule, ConfigService } from '@nestjs/config';`,
    );
  });

  it.each([
    [
      'of the type alone',
      `import { ConfigModule, type ConfigService } from '@nestjs/config';`,
      'ConfigModule,\n  type ConfigService,\n  ConfigService as NestConfigService,',
    ],
    [
      'of the type alone, in a statement of its own',
      `import type { ConfigService } from '@nestjs/config';\n${CONFIG}`,
      'ConfigModule,\n  ConfigService as NestConfigService,',
    ],
    [
      'from elsewhere',
      `${CONFIG}\nimport { ConfigService } from './config.service';`,
      'ConfigModule,\n  ConfigService as NestConfigService,',
    ],
  ])(
    'gives ConfigService another name beside one %s',
    async (_, imports, expected) => {
      const text = await rootModule(
        '{ imports: [ConfigModule], providers: [ConfigService] }',
        imports,
      );

      const registered = registerInRootModule(text);

      expect(registered).toContain(expected);
      expect(registered).toContain('inject: [NestConfigService],');
      expect(registered).toContain('(config: NestConfigService) =>');
      await expect(isPretty(registered)).resolves.toBe(true);
    },
  );

  it.each<Options>([
    { singleQuote: false },
    { tabWidth: 4 },
    { useTabs: true },
    { semi: false },
    { printWidth: 120 },
    { endOfLine: 'crlf' },
    { singleQuote: false, useTabs: true, semi: false },
  ])('keeps the style of the app: %o', async (style) => {
    for (const text of [
      await rootModule('{ imports: [], providers: [AppService] }'),
      await rootModule('{ imports: [ConfigModule.forRoot()] }', CONFIG),
      await rootModule('{ providers: [AppService] }'),
    ]) {
      const withLines = text.replace('AppModule {', 'AppModule {\ncats() {}');
      const registered = registerInRootModule(await pretty(withLines, style));

      expect(await pretty(registered, style)).toBe(registered);
    }
  });

  it.each([
    '@Module() class AppModule {}',
    '@Module ( {} ) class AppModule {}',
  ])('gives metadata to a module without: %s', (text) => {
    expect(registerInRootModule(text)).toContain(
      '@Module({\n  imports: [\n    AsposeAuthModule.forRoot({'.replace(
        '@Module(',
        text.includes('()') ? '@Module(' : '@Module ( ',
      ),
    );
  });

  it('registers a module that is imported already, but not registered', () => {
    const text = `import { AsposeAuthModule } from 'nestjs-aspose-auth';\n${NEW_APP}`;

    const registered = registerInRootModule(text);

    expect(registered).toContain('AsposeAuthModule.forRoot({');
    expect(registered.match(/import \{ AsposeAuthModule/g)).toHaveLength(1);
  });

  it('puts its import below those of other packages', async () => {
    const text = await rootModule(
      '{}',
      `import 'reflect-metadata';
import cats from 'cats';
// import { hidden } from 'hidden';
import dogs = require('dogs');`,
    );

    expect(registerInRootModule(text)).toContain(
      `import cats from 'cats';\nimport { AsposeAuthModule } from 'nestjs-aspose-auth';\n`,
    );
  });

  it.each([
    [
      'with attributes',
      `import cats from 'cats/package.json' with {\n  type: 'json',\n};\n@Module({})\nclass A {}\n`,
      `'json',\n};\nimport { AsposeAuthModule }`,
    ],
    [
      'with a comment behind it',
      `import cats from 'cats'; // 'all'\n@Module({})\nclass A {}\n`,
      `// 'all'\nimport { AsposeAuthModule }`,
    ],
    [
      'with code behind it',
      `import cats from 'cats'; @Module({}) class A {}\n`,
      `from 'cats';\nimport { AsposeAuthModule } from 'nestjs-aspose-auth';\n @Module({`,
    ],
  ])('puts its import below one %s', async (_, text, expected) => {
    const registered = registerInRootModule(text);

    expect(registered).toContain(expected);
    await expect(pretty(registered)).resolves.toContain('@Module({');
  });

  it('puts its import at the top where no package is imported', () => {
    expect(registerInRootModule('@Module({})\nclass AppModule {}\n')).toMatch(
      /^import \{ AsposeAuthModule \} from 'nestjs-aspose-auth';\n@Module/,
    );
  });

  it('keeps the line ends of Windows', () => {
    const windows = NEW_APP.replaceAll('\n', '\r\n');

    expect(registerInRootModule(windows)).toBe(
      registerInRootModule(NEW_APP).replaceAll('\n', '\r\n'),
    );
  });

  it('finds a registration under another name', () => {
    const text = `import { AsposeAuthModule as Auth } from 'nestjs-aspose-auth';
@Module({ imports: [Auth.forRoot({})] }) class A {}`;

    expect(registerInRootModule(text)).toBe(text);
  });

  it('gives metadata to the module, not to a mention of one', () => {
    const registered = registerInRootModule(
      `// Every @Module() may inject it.\n@Module()\nclass A {}\n`,
    );

    expect(registered).toContain(
      '// Every @Module() may inject it.\n@Module({',
    );
  });

  it('is not misled by a mention in a comment or a string', () => {
    const text = NEW_APP.replace(
      'imports: []',
      `// AsposeAuthModule\n  imports: [CatsModule.of('AsposeAuthModule')]`,
    );

    expect(registerInRootModule(text)).toContain('AsposeAuthModule.forRoot({');
  });

  it.each([
    ['exactly one @Module', 'export class AppModule {}'],
    ['exactly one @Module', '@Module(metadata) class AppModule {}'],
    ['exactly one @Module', '@Module({}) class A {} @Module({}) class B {}'],
    ['not a plain array', '@Module({ imports: modules }) class A {}'],
    ['not a plain array', '@Module({ imports }) class A {}'],
    ['not a plain array', '@Module({ imports: [A].concat(b) }) class A {}'],
    ['may come from elsewhere', '@Module({ ...metadata }) class A {}'],
    ['not closed', '@Module({ imports: [] class A {}'],
    ['nested', '@Module({ imports: [A.of(`${x}${`]`}`)] }) class A {}'],
  ])('refuses what it does not understand: %s', (reason, text) => {
    expect(() => registerInRootModule(text)).toThrow(reason);
  });
});
