import { describe, expect, it } from 'vitest';

import {
  registerInRootModule,
  SNIPPET,
} from '../../../lib/schematics/root-module.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';
import { isPretty } from '../../support/pretty.js';

/** What `nest new` writes, in Nest 10, 11 and 12. */
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

/** What Nest 12 writes for an app of ES modules that uses `@nestjs/observe`. */
const OBSERVED_APP = `import { Module } from '@nestjs/common';
import { createObserveModule } from '@nestjs/observe';
import { AppController } from './app.controller.js';
import { AppService } from './app.service.js';

export const { ObserveModule, ObserveInstrument } = createObserveModule();

@Module({
  imports: [
    // Distributed tracing, auto-correlated logs, request/job metrics, error
    // telemetry, alarms, and more — out of the box. Sign up at https://observe.nestjs.com
    ObserveModule.forRoot({
      appKey: 'YOUR_APP_KEY',
      appSecret: 'YOUR_APP_SECRET',
      serviceId: 'cats',
    }),
  ],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
`;

const IMPORTS = '  imports: [],\n';
const END = '  ],\n})\nexport class AppModule {}\n';
const CONFIG = `import { ConfigModule } from '@nestjs/config';\n`;

const appWith = (imports: string, statements = '') =>
  `${statements}${NEW_APP.replace(IMPORTS, imports)}`;

/** A new app up to its imports. */
const headOf = (imports: string) => NEW_APP.split(IMPORTS)[0] + imports;

describe('registerInRootModule', () => {
  it('registers the module and its filter in a new app, which reads .env from now on', () => {
    expect(registerInRootModule(NEW_APP)).toBe(
      `import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
} from 'nestjs-aspose-auth';
import { AppController } from './app.controller';
import { AppService } from './app.service';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    AsposeAuthModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.get<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
        baseUrl: config.get<string>('ASPOSE_BASE_URL'),
      }),
    }),
  ],
  controllers: [AppController],
  providers: [
    AppService,
    { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
  ],
})
export class AppModule {}
`,
    );
  });

  it('takes the ConfigModule that the root module imports', () => {
    const text = appWith(
      '  imports: [ConfigModule.forRoot({ isGlobal: true }), CatsModule],\n',
      CONFIG,
    );

    expect(registerInRootModule(text)).toBe(
      `import { ConfigModule, ConfigService } from '@nestjs/config';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
} from 'nestjs-aspose-auth';
import { AppController } from './app.controller';
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
        baseUrl: config.get<string>('ASPOSE_BASE_URL'),
      }),
    }),
  ],
  controllers: [AppController],
  providers: [
    AppService,
    { provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },
  ],
})
export class AppModule {}
`,
    );
  });

  it.each([
    '[ConfigModule.forRoot()]',
    '[ConfigModule.forRoot({ isGlobal: false }), Cache.of({ isGlobal: true })]',
    '[ConfigModule.forRoot(settings)]',
    '[ConfigModule]',
    `[
    ConfigModule.forRoot({
      // isGlobal: true,
      cache: true,
    }),
  ]`,
    `[
    CacheModule.registerAsync({ isGlobal: true, imports: [ConfigModule] }),
  ]`,
  ])('imports a ConfigModule that is not global: %s', (modules) => {
    const registered = registerInRootModule(
      appWith(`  imports: ${modules},\n`, CONFIG),
    );

    expect(registered).toContain(
      'forRootAsync({\n      imports: [ConfigModule],\n      inject',
    );
  });

  it('adds ConfigModule where it is imported and not used', () => {
    const text = appWith('  imports: [CatsModule],\n', CONFIG);

    expect(registerInRootModule(text)).toContain(
      '    CatsModule,\n    ConfigModule.forRoot({ isGlobal: true }),\n    AsposeAuthModule',
    );
  });

  it('does not import APP_FILTER twice', () => {
    const statement = `import { APP_FILTER, APP_GUARD } from '@nestjs/core';\n`;
    const registered = registerInRootModule(`${statement}${NEW_APP}`);

    expect(registered?.split('@nestjs/core')).toHaveLength(2);
  });

  it.each([
    ['  providers: [],\n', ''],
    ['', ''],
    [
      '  providers: [{ provide: A, useClass: B }],\n',
      '    { provide: A, useClass: B },\n',
    ],
  ])('puts the filter behind the providers: %j', async (providers, before) => {
    const text = NEW_APP.replace('  providers: [AppService],\n', providers);
    const registered = registerInRootModule(text) ?? '';

    expect(registered).toContain(
      before === ''
        ? '  providers: [{ provide: APP_FILTER'
        : `  providers: [\n${before}    { provide: APP_FILTER`,
    );
    await expect(isPretty(registered)).resolves.toBe(true);
  });

  it('does not import ConfigService twice', () => {
    const statement = `import { ConfigModule, ConfigService } from '@nestjs/config';\n`;
    const text = appWith('  imports: [ConfigModule],\n', statement);

    const registered = registerInRootModule(text);

    expect(registered).toMatch(statement);
    expect(registered?.split('@nestjs/config')).toHaveLength(2);
  });

  describe.each([
    ['a new app', NEW_APP],
    ['an app with @nestjs/observe', OBSERVED_APP],
    ['imports missing', appWith('')],
    ['one module', appWith('  imports: [CatsModule],\n')],
    [
      'modules on a line',
      appWith(`  imports: [Cats, Dogs.of('a), [b', { tom: 1 }), Mice.of()],\n`),
    ],
    [
      'modules on several lines',
      appWith(`  imports: [
    CatsModule.forRoot({ url: 'cats://[', names: ['Tom'] }),
    // Of all:
    Dogs.of<Rex>(() => new Map()),
    ...modules,
  ],
`),
    ],
    [
      'providers on several lines',
      NEW_APP.replace(
        '[AppService]',
        `[
    AppService,
    { provide: APP_GUARD, useClass: CatsGuard, durable: true },
  ]`,
      ),
    ],
    ['ConfigModule', appWith('  imports: [ConfigModule.forRoot()],\n', CONFIG)],
    [
      'statements on several lines',
      `import {\n  aVeryLongNameForACat,\n  anotherVeryLongNameForACat,\n  tom,\n} from '@cats/cats';\n${NEW_APP}`,
    ],
    [
      'middleware',
      NEW_APP.replace('{}', '{\n  configure() {\n    return `}`;\n  }\n}'),
    ],
  ])('with %s', (_, text) => {
    const registered = registerInRootModule(text) ?? '';

    it('leaves what prettier would write', async () => {
      expect(registered).toContain('\n    AsposeAuthModule.forRoot');
      expect(registered).toContain(
        `,\n} from 'nestjs-aspose-auth';\nimport { AppController }`,
      );
      await expect(isPretty(text)).resolves.toBe(true);
      await expect(isPretty(registered)).resolves.toBe(true);
    });

    it('keeps every word of it', () => {
      const wordsOf = (code: string) => code.match(/[^\s,[\]]+/g) ?? [];
      let at = 0;
      for (const word of wordsOf(text)) {
        at = registered.indexOf(word, at);
        expect(at).not.toBe(-1);
        at += word.length;
      }
    });

    it('changes nothing the second time', () => {
      expect(registerInRootModule(registered)).toBe(registered);
    });

    it('keeps the line ends of Windows', () => {
      expect(registerInRootModule(text.replaceAll('\n', '\r\n'))).toBe(
        registered.replaceAll('\n', '\r\n'),
      );
    });
  });

  it('changes nothing where the module is registered under another name', () => {
    const text = `import { AsposeAuthModule as Auth } from 'nestjs-aspose-auth';
@Module({ imports: [Auth.forRoot({})] }) class A {}`;

    expect(registerInRootModule(text)).toBe(text);
  });

  it('puts its import at the top where no package is imported', () => {
    const text = NEW_APP.replace("'@nestjs/common'", "'./module'");

    expect(registerInRootModule(text)).toMatch(
      /^import [^]* from 'nestjs-aspose-auth';\nimport \{ Module/,
    );
  });

  it.each([
    ['no module', 'export class AppModule {}\n'],
    ['another style', NEW_APP.replaceAll("'", '"')],
    ['another indentation', NEW_APP.replaceAll('  ', '    ')],
    ['metadata on one line', NEW_APP.replaceAll(/\n {2}|\n(?=\})/g, ' ')],
    ['metadata from elsewhere', NEW_APP.replace(IMPORTS, '  ...metadata,\n')],
    ['imports from elsewhere', appWith('  imports,\n')],
    ['imports that are no array', appWith('  imports: modules,\n')],
    ['imports that are computed', appWith('  imports: [A].concat(b),\n')],
    ['imports that are not closed', appWith('  imports: [\n    Cats,\n')],
    [
      'imports behind other properties',
      appWith('').replace('})', '  imports: [],\n})'),
    ],
    ['no comma at the end', appWith('  imports: [\n    Cats\n  ],\n')],
    ['a comment at the end', appWith('  imports: [\n    Cats, // a\n  ],\n')],
    ['a comment alone', appWith('  imports: [\n    // None,\n  ],\n')],
    ['a comment in a list', appWith('  imports: [/* Cats */ Dogs],\n')],
    [
      'a comment that looks like an end',
      appWith(`  imports: [\n    A, /*\n    B,\n${END}    */\n  ],\n`),
    ],
    [
      'a template that looks like an end',
      appWith(`  imports: [\n    A.of(\`\n    B,\n${END}\`),\n  ],\n`),
    ],
    ['a call in a call', appWith('  imports: [A.of(b(), c)],\n')],
    ['another decorator', NEW_APP.replace('export', '@Global()\nexport')],
    ['another module', `${NEW_APP}\n@Module({})\nexport class B {}\n`],
    ['a comment on top', `// import { A } from 'a';\n${NEW_APP}`],
    ['a statement of another kind', `import cats from 'cats';\n${NEW_APP}`],
    [
      'a mention of the module in a comment',
      appWith(
        '  imports: [\n    // AsposeAuthModule.forRoot()\n    A,\n  ],\n',
      ),
    ],
    [
      'an import of the module alone',
      `import { AsposeAuthModule } from 'nestjs-aspose-auth';\n${NEW_APP}`,
    ],
    [
      'the module registered in a comment',
      `import { AsposeAuthModule } from 'nestjs-aspose-auth';\n${NEW_APP}// AsposeAuthModule.forRoot()\n`,
    ],
    [
      'another module of the same name',
      appWith(
        '  imports: [AsposeAuthModule.forRoot()],\n',
        `import { AsposeAuthModule } from './aspose-auth.module';\n`,
      ),
    ],
    ...[
      `import { ConfigModule, registerAs } from '@nestjs/config';\n`,
      `import { ConfigModule, type ConfigService } from '@nestjs/config';\n`,
      `${CONFIG}import { ConfigService } from './config.service';\n`,
      `import { ConfigModule } from './config.module';\n`,
    ].map((statements) => [
      `ConfigModule beside other names: ${statements}`,
      appWith('  imports: [ConfigModule],\n', statements),
    ]),
  ])('does not understand %s', (_, text) => {
    expect(registerInRootModule(text ?? '')).toBeUndefined();
  });

  it.each([
    ['statements', repeated(`import { A } from 'a';\n`)],
    ['a statement that does not end', repeated('A, ', 'import { ')],
    ['modules on a line', repeated('A.of(), ', headOf('  imports: ['))],
    ['modules on lines', repeated('    A.of(),\n', headOf('  imports: [\n'))],
    ['properties', repeated('  providers: [],\n', headOf(''))],
    [
      'properties on lines',
      repeated('  providers: [\n    A,\n  ],\n', headOf('')),
    ],
    ['commas', repeated(',', headOf('  imports: [\n    '))],
    ['mentions', repeated(' AsposeAuthModule', `from 'nestjs-aspose-auth'`)],
    ['modules behind the first', repeated('@Module', NEW_APP)],
    [
      'calls of ConfigModule',
      repeated(
        'ConfigModule.forRoot({',
        `${CONFIG}${headOf('  imports: [\n    ')}`,
        `,\n  ],\n})\nexport class A {}\n`,
      ),
    ],
  ])('takes linear time: %s', (_, textOf) => {
    expect(growthOf(registerInRootModule, textOf)).toBeLessThan(LINEAR);
  });
});

describe('SNIPPET', () => {
  const pasted = `import { Module } from '@nestjs/common';\n${SNIPPET}\nexport class AppModule {}\n`;

  it('is code in the style of Nest', async () => {
    await expect(isPretty(pasted)).resolves.toBe(true);
  });

  it('registers the module', () => {
    expect(registerInRootModule(pasted)).toBe(pasted);
  });
});
