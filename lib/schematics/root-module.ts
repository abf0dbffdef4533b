import { newlineOf } from './project-files.js';

const CONFIG_MODULE = '    ConfigModule.forRoot({ isGlobal: true }),\n';

const CONFIG_IMPORT = `import { ConfigModule } from '@nestjs/config';\n`;
const CONFIG_SERVICE_IMPORT = `import { ConfigModule, ConfigService } from '@nestjs/config';\n`;
const CORE_IMPORT = `import { APP_FILTER } from '@nestjs/core';\n`;
const IMPORT = `import {
  AsposeAuthExceptionFilter,
  AsposeAuthModule,
} from 'nestjs-aspose-auth';
`;

const FILTER =
  '{ provide: APP_FILTER, useExisting: AsposeAuthExceptionFilter },';

/** The code that registers `AsposeAuthModule`, for users to add to a root module. */
export const SNIPPET = `${CONFIG_SERVICE_IMPORT}${CORE_IMPORT}${IMPORT}
@Module({
  imports: [
${CONFIG_MODULE}${registration(CONFIG_MODULE)}  ],
  providers: [${FILTER.slice(0, -1)}],
})`;

/** The place of an import from a package: before the first from a file, or at the end. */
const BELOW_PACKAGES = /(?=import \{[^}]*\} from '\.|$)/;

const STATEMENT = /import \{[\w\s,]+\} from '[^'\n]+';\n/.source;

/** A module in a list on one line: its class, or a call without calls and lists in its arguments. */
const ITEM = /\w+(?:\.\w+\((?:'[^'\\\n]*'|[^()[\]'"`/\n])*\))?/.source;

/** The lines of a list, without templates and comments that could hide its end. */
const LINES = /(?: {4}[^\n`*]*\n)* {4}[^\n`*/]*,\n/.source;

/** The lists that stay as they are. */
const OTHERS = String.raw`(?: {2}(?:controllers|exports): \[(?:[^\n[\]]*|\n${LINES} {2})\],\n)*`;

/**
 * A root module as `nest new` writes it, whose imports may hold other modules or be missing.
 *
 * Its parts never match the same text in two ways: long texts take linear time.
 */
const ROOT_MODULE = new RegExp(
  [
    `^(?<statements>(?:${STATEMENT})+)`,
    String.raw`(?<decorator>\n(?:export const [^\n]+;\n\n)?@Module\(\{\n)`,
    String.raw`(?: {2}imports: \[(?:(?<line>(?:${ITEM}(?:, ${ITEM})*)?)|\n(?<lines>${LINES}) {2})\],\n)?`,
    `(?<before>${OTHERS})`,
    String.raw`(?: {2}providers: \[(?:(?<provider>[^\n[\]]*)|\n(?<providers>${LINES}) {2})\],\n(?<after>${OTHERS}))?`,
    String.raw`(?<rest>\}\)\nexport class (?![^]*@Module)[^]*)`,
  ].join(''),
);

/**
 * Registers `AsposeAuthModule` in the source text of a root module.
 *
 * @returns the same text if the module is registered already; undefined if the text differs from what `nest new` writes.
 */
export function registerInRootModule(text: string): string | undefined {
  if (isRegisteredIn(text)) return text;
  if (/AsposeAuthModule|nestjs-aspose-auth/.test(text)) return undefined;

  const parts = ROOT_MODULE.exec(text.replaceAll('\r\n', '\n'))?.groups;
  const statements = withImports(parts?.['statements'] ?? '');
  if (parts === undefined || statements === undefined) return undefined;

  const { decorator = '', line = '', before = '', after = '' } = parts;
  const items = line.match(new RegExp(ITEM, 'g')) ?? [];
  const given = parts['lines'] ?? linesOf(items);
  const modules = /\bConfigModule\b/.test(given)
    ? given
    : given + CONFIG_MODULE;
  const list = `  imports: [\n${modules}${registration(modules)}  ],\n`;
  const providers = providersWithFilter(parts['provider'], parts['providers']);
  const metadata = `${list}${before}${providers}${after}`;
  return `${statements}${decorator}${metadata}${parts['rest']}`.replaceAll(
    '\n',
    newlineOf(text),
  );
}

/** Adds the imports; undefined where a name is taken, or imported in another way. */
function withImports(statements: string): string | undefined {
  const others = statements
    .replace(CONFIG_SERVICE_IMPORT, '')
    .replace(CONFIG_IMPORT, '');
  if (/\bConfig(?:Module|Service)\b|@nestjs\/config'/.test(others))
    return undefined;
  const isThere = others !== statements;
  const config = isThere ? '' : CONFIG_SERVICE_IMPORT;
  const core = /\bAPP_FILTER\b/.test(others) ? '' : CORE_IMPORT;
  return statements
    .replace(CONFIG_IMPORT, CONFIG_SERVICE_IMPORT)
    .replace(BELOW_PACKAGES, `${config}${core}${IMPORT}`);
}

/** The providers with the filter, behind those of the app: Nest asks the last first. */
function providersWithFilter(line = '', lines?: string): string {
  const classes = /^[\w, ]*$/.test(line) ? line.match(/\w+/g) : [line];
  const given = lines ?? linesOf(classes ?? []);
  return given === ''
    ? `  providers: [${FILTER.slice(0, -1)}],\n`
    : `  providers: [\n${given}    ${FILTER}\n  ],\n`;
}

function linesOf(items: readonly string[]): string {
  return items.map((item) => `    ${item},\n`).join('');
}

/** Whether a line of code, not of a comment, registers the module or imports it by another name. */
function isRegisteredIn(text: string): boolean {
  const line = /^[^/*\n]*\bAsposeAuthModule(?:\.forRoot| as )/m;
  return /\bfrom ['"]nestjs-aspose-auth['"]/.test(text) && line.test(text);
}

/** The registration of the module, behind these. */
function registration(modules: string): string {
  // Unless ConfigModule is global, every module that injects ConfigService has to import it.
  const isGlobal =
    /\bConfigModule\.forRoot\(\{[^(){}/]*\bisGlobal: true\b/.test(modules);
  return `    AsposeAuthModule.forRootAsync({
${isGlobal ? '' : '      imports: [ConfigModule],\n'}      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.get<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
        baseUrl: config.get<string>('ASPOSE_BASE_URL'),
      }),
    }),
`;
}
