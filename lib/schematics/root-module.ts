import { codeStyleOf, inStyle } from './code-style.js';
import { SourceText, type TextRange } from './source-text.js';

const MODULE = 'AsposeAuthModule';

const FROM_ENVIRONMENT = `AsposeAuthModule.forRoot({
  clientId: process.env.ASPOSE_CLIENT_ID,
  clientSecret: process.env.ASPOSE_CLIENT_SECRET,
})`;

/** The source text of a root module, with `AsposeAuthModule` registered in it; unchanged where it already is. */
export function registerInRootModule(original: string): string {
  const newline = original.includes('\r\n') ? '\r\n' : '\n';
  const text = original.replaceAll('\r\n', '\n');
  if (isRegisteredIn(new SourceText(text))) return original;

  const registered = withRegistration(withMetadata(text));
  return withNamedImport(registered, MODULE, 'nestjs-aspose-auth').replaceAll(
    '\n',
    newline,
  );
}

function isRegisteredIn(source: SourceText): boolean {
  const names = namedImport(source, 'nestjs-aspose-auth')?.items ?? [];
  const aliases = names.map(
    (item) => /^AsposeAuthModule\s+as\s+(\w+)$/.exec(source.core(item))?.[1],
  );
  return [MODULE, ...aliases].some(
    (name) =>
      name !== undefined &&
      new RegExp(String.raw`\b${name}\s*\.`).test(source.code),
  );
}

function withMetadata(text: string): string {
  const empty = /(?<=@Module\()\s*(?=\))/.exec(new SourceText(text).code);
  return empty === null
    ? text
    : `${text.slice(0, empty.index)}{}${text.slice(empty.index + empty[0].length)}`;
}

function withRegistration(text: string): string {
  const config = configModuleIn(text);
  if (config === undefined) return withImport(text, FROM_ENVIRONMENT);
  const service = nameOfConfigService(text);
  return withNamedImport(
    withImport(text, fromConfigService(config, service)),
    'ConfigService',
    '@nestjs/config',
    service,
  );
}

/** By another name where the app has something else of that name, or the type alone. */
function nameOfConfigService(text: string): string {
  const source = new SourceText(text);
  const names = namedImport(source, '@nestjs/config')?.items ?? [];
  const isImported = names.some(
    (item) => source.core(item) === 'ConfigService',
  );
  return isImported || !/\bConfigService\b/.test(source.code)
    ? 'ConfigService'
    : 'NestConfigService';
}

function fromConfigService(config: string, service: string): string {
  // Unless it is global, each module that injects ConfigService has to import it.
  const isGlobal = /\bisGlobal:\s*true\b/.test(config);
  return `AsposeAuthModule.forRootAsync({${isGlobal ? '' : '\n  imports: [ConfigModule],'}
  inject: [${service}],
  useFactory: (config: ${service}) => ({
    clientId: config.get<string>('ASPOSE_CLIENT_ID'),
    clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
  }),
})`;
}

/** How the root module imports the ConfigModule of @nestjs/config, if it does; empty where only its imports do. */
function configModuleIn(text: string): string | undefined {
  const source = new SourceText(text);
  const names = namedImport(source, '@nestjs/config')?.items ?? [];
  if (!names.some((name) => source.core(name) === 'ConfigModule'))
    return undefined;
  const mentions = (importsOf(source).list?.items ?? [])
    .map(({ start, end }) => source.code.slice(start, end).trim())
    .filter((item) => /\bConfigModule\b/.test(item));
  if (mentions.length === 0) return undefined;
  return (
    mentions.find((item) => /^(?:await\s+)?ConfigModule\b/.test(item)) ?? ''
  );
}

/** Adds a module to the imports of the only module in a text. */
function withImport(text: string, item: string): string {
  const source = new SourceText(text);
  const { metadata, list } = importsOf(source);
  if (source.isOnOneLine(metadata))
    return withImport(source.withLines(metadata), item);
  const style = codeStyleOf(source);
  return list === undefined
    ? source.withFirst(metadata, inStyle(importsWith(item), style))
    : source.withLast(list, inStyle(item, style));
}

function importsWith(item: string): string {
  return `imports: [\n  ${item.replaceAll('\n', '\n  ')},\n]`;
}

function importsOf(source: SourceText) {
  const [decorator, another] = source.code.matchAll(/@Module\s*\(\s*\{/g);
  if (decorator === undefined || another !== undefined)
    throw new Error('it does not have exactly one @Module({ … })');
  const metadata = source.listAt(decorator.index + decorator[0].length - 1);
  if (metadata === undefined) throw new Error('a bracket is not closed');

  const property = metadata.items.find((item) =>
    /^(['"]?)imports\b/.test(source.core(item)),
  );
  if (property !== undefined)
    return { metadata, list: arrayIn(source, property) };
  if (metadata.items.some((item) => source.core(item).startsWith('...')))
    throw new Error('its imports may come from elsewhere');
  return { metadata, list: undefined };
}

function arrayIn(source: SourceText, { start, end }: TextRange) {
  const property = source.code.slice(start, end);
  const open = /^\s*\w+\s*:\s*(?=\[)/.exec(property);
  const list = open && source.listAt(start + open[0].length);
  if (list?.close !== start + property.trimEnd().length - 1)
    throw new Error('its imports are not a plain array');
  return list;
}

/** Imports a name from a package, in the statement that imports from it already or in one of its own. */
function withNamedImport(
  text: string,
  exported: string,
  from: string,
  local = exported,
): string {
  const name = local === exported ? exported : `${exported} as ${local}`;
  const source = new SourceText(text);
  const names = namedImport(source, from);
  if (names === undefined) {
    const last = importStatements(source).findLast(
      ({ specifier }) => !specifier.startsWith('.'),
    );
    const { quote, end } = codeStyleOf(source);
    const statement = `import { ${name} } from ${quote}${from}${quote}${end}\n`;
    if (last === undefined) return `${statement}${text}`;
    const [restOfLine] = /^[^\S\n]*\n/.exec(source.code.slice(last.end)) ?? [];
    const at = last.end + (restOfLine?.length ?? 0);
    return `${text.slice(0, at)}${restOfLine === undefined ? '\n' : ''}${statement}${text.slice(at)}`;
  }
  return names.items.some((item) => source.core(item) === name)
    ? text
    : source.withLast(names, name);
}

function namedImport(source: SourceText, from: string) {
  const statement = importStatements(source).find(
    ({ specifier, text }) => specifier === from && /^import\s*\{/.test(text),
  );
  return statement && source.listAt(source.text.indexOf('{', statement.start));
}

function importStatements(source: SourceText) {
  const statements = source.text.matchAll(
    /^import\b[^;'"(]*(['"])([^'"\n]+)\1(?:\s*(?:with|assert)\s*\{[^}]*\})?[^\S\n]*;?/gm,
  );
  return [...statements]
    .filter(({ index }) => source.code.startsWith('import', index))
    .map(({ index, 0: text, 2: specifier = '' }) => ({
      text,
      specifier,
      start: index,
      end: index + text.length,
    }));
}
