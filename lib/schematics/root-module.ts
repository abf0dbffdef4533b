import { newlineOf } from './project-files.js';

const FROM_ENVIRONMENT = `    AsposeAuthModule.forRoot({
      clientId: process.env.ASPOSE_CLIENT_ID,
      clientSecret: process.env.ASPOSE_CLIENT_SECRET,
    }),
`;

const IMPORT = `import { AsposeAuthModule } from 'nestjs-aspose-auth';\n`;

/** The code that registers `AsposeAuthModule`, for users to add to a root module. */
export const SNIPPET = `${IMPORT}
@Module({
  imports: [
${FROM_ENVIRONMENT}  ],
})`;

const CONFIG_IMPORT = `import { ConfigModule } from '@nestjs/config';\n`;
const CONFIG_SERVICE_IMPORT = `import { ConfigModule, ConfigService } from '@nestjs/config';\n`;

/** The place of an import from a package: before the first from a file, or at the end. */
const BELOW_PACKAGES = /(?=import \{[^}]*\} from '\.|$)/;

const STATEMENT = /import \{[\w\s,]+\} from '[^'\n]+';\n/.source;

/** A module in a list on one line: its class, or a call without calls and lists in its arguments. */
const ITEM = /\w+(?:\.\w+\((?:'[^'\\\n]*'|[^()[\]'"`/\n])*\))?/.source;

/** The lines of a list, without templates and comments that could hide its end. */
const LINES = /(?: {4}[^\n`*]*\n)* {4}[^\n`*/]*,\n/.source;

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
    String.raw`(?<rest>(?: {2}(?:controllers|providers|exports): \[(?:[^\n[\]]*|\n${LINES} {2})\],\n)*`,
    String.raw`\}\)\nexport class (?![^]*@Module)[^]*)`,
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
  if (parts === undefined) return undefined;
  const { statements = '', decorator = '', line = '', rest = '' } = parts;
  const items = line.match(new RegExp(ITEM, 'g')) ?? [];
  const modules =
    parts['lines'] ?? items.map((item) => `    ${item},\n`).join('');

  const usesConfig =
    /\bConfigModule\b/.test(modules) && statements.includes(`'@nestjs/config'`);
  const imports = usesConfig
    ? statements.replace(CONFIG_IMPORT, CONFIG_SERVICE_IMPORT)
    : statements;
  const others = imports.replace(CONFIG_SERVICE_IMPORT, '');
  if (usesConfig && (others === imports || /\bConfigService\b/.test(others)))
    return undefined;

  const added = usesConfig ? fromConfigService(modules) : FROM_ENVIRONMENT;
  const list = `  imports: [\n${modules}${added}  ],\n`;
  const head = imports.replace(BELOW_PACKAGES, IMPORT);
  return `${head}${decorator}${list}${rest}`.replaceAll('\n', newlineOf(text));
}

/** Whether a line of code, not of a comment, registers the module or imports it by another name. */
function isRegisteredIn(text: string): boolean {
  const line = /^[^/*\n]*\bAsposeAuthModule(?:\.forRoot| as )/m;
  return /\bfrom ['"]nestjs-aspose-auth['"]/.test(text) && line.test(text);
}

function fromConfigService(modules: string): string {
  // Unless ConfigModule is global, every module that injects ConfigService has to import it.
  const isGlobal =
    /\bConfigModule\.forRoot\(\{[^(){}/]*\bisGlobal: true\b/.test(modules);
  return `    AsposeAuthModule.forRootAsync({
${isGlobal ? '' : '      imports: [ConfigModule],\n'}      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.get<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
      }),
    }),
`;
}
