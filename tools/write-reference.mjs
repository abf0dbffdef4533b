// Writes what README.md and docs/ tell of options, error codes, events and metrics, from the sources: each piece stands between
// `<!-- made of the sources: KIND of NAME -->` and `<!-- end -->`. The folder to write the pages to is its argument. Run after
// the build.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const ROOT = new URL('..', import.meta.url).pathname;
const [, , folder] = process.argv;
const {
  OPTION_TABLE,
  WAYS_TO_AUTHENTICATE,
} = require('../dist/options/option-table.js');

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

function nodesIn(node) {
  const nodes = [node];
  ts.forEachChild(node, (child) => void nodes.push(...nodesIn(child)));
  return nodes;
}

/** All that is in lib/. */
const nodes = readdirSync(join(ROOT, 'lib'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `lib/${path}`)
  .map((path) =>
    ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true),
  )
  .flatMap(nodesIn);

/** The types of lib/, by name. */
const types = new Map(
  nodes
    .filter(
      (node) =>
        ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
    )
    .map((node) => [node.name.text, node]),
);

/** The members of a type, those that it has from others first. */
function membersOf(node) {
  if (ts.isTypeAliasDeclaration(node)) return membersOf(node.type);
  if (ts.isIntersectionTypeNode(node)) return node.types.flatMap(membersOf);
  if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) {
    const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types);
    const own = node.members.filter(({ name }) => name !== undefined);
    const names = new Set(own.map(nameOf));
    return [
      ...bases.flatMap(membersOf).filter((base) => !names.has(nameOf(base))),
      ...own,
    ];
  }
  const name = (node.typeName ?? node.expression)?.text;
  if (name === 'Omit') return membersOf(node.typeArguments[0]);
  return types.has(name) ? membersOf(types.get(name)) : [];
}

const nameOf = ({ name }) => name.getText();
const membersNamed = (name) => membersOf(types.get(name));

/** Text of a comment without the marks of TSDoc. */
const plain = (comment) =>
  (ts.getTextOfJSDocComment(comment) ?? '')
    .replace(/\{@link (\w+)(?:[:.]\w+)?\}/g, '`$1`')
    .trim();

function docOf(node) {
  const doc = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
  const [, type, name] =
    /\{@inheritDoc (\w+)\.(\w+)\}/.exec(doc?.getText()) ?? [];
  if (type !== undefined)
    return docOf(membersNamed(type).find((member) => nameOf(member) === name));
  const told = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
  return { text: plain(doc?.comment), told: plain(told?.comment) };
}

const oneLine = (text) => text.replaceAll(/\s*\n\s*/g, ' ');
const firstParagraphOf = (node) => docOf(node).text.split('\n\n')[0];
const firstSentenceOf = (node) =>
  oneLine(docOf(node).text).split(/(?<=\.) /)[0];
const cell = (text) => oneLine(text).replaceAll('|', '\\|');
const code = (text) => `\`${text}\``;

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');

const section = (name, ...paragraphs) =>
  [`### ${code(name)}`, ...paragraphs].filter(Boolean).join('\n\n');

const literal = (value) =>
  code(inspect(value, { breakLength: Infinity, numericSeparator: true }));

/** A default: that of the code, or else what its comment tells, in code or in words. */
function defaultOf(member, value) {
  if (value !== undefined && JSON.stringify(value) !== '{}')
    return literal(value);
  const { told } = docOf(member);
  if (/^[\d.]+$/.test(told)) return literal(Number(told));
  if (/^('[^']*'|true|false)$/.test(told)) return code(told);
  return told === '' && !member.questionToken ? 'required' : told;
}

const optionTable = (members, values = {}) =>
  table(
    ['option', 'what it is', 'default'],
    members.map((member) => [
      code(nameOf(member)),
      docOf(member).text,
      defaultOf(member, values[nameOf(member)]),
    ]),
  );

const fieldTable = (members) =>
  members.length === 0
    ? ''
    : table(
        ['field', 'what it is'],
        members.map((member) => [code(nameOf(member)), docOf(member).text]),
      );

function optionSection(member) {
  const name = nameOf(member);
  const type = oneLine(member.type.getText())
    .replaceAll(/(^\| | \| undefined|\| undefined \| )/g, '')
    .replaceAll(/\bSome<(\w+)>/g, '$1');
  const value = OPTION_TABLE[name]?.default;
  const group = /\b(?!Axios)\w+(Settings|Names)\b/.exec(type)?.[0];
  const fallback = defaultOf(member, value);
  return section(
    name,
    docOf(member).text,
    `Type: ${code(type)}${group || fallback === '' ? '' : `. Default: ${fallback}`}.`,
    group && optionTable(membersNamed(group), value),
  );
}

const waysToAuthenticate = WAYS_TO_AUTHENTICATE.flat();
const isWay = (member) => waysToAuthenticate.includes(nameOf(member));
const optionsOfTheModule = membersNamed('AsposeAuthModuleOptions');

/** The constants of an object of error codes. */
const codesOf = (name) =>
  nodesIn(
    nodes.find(
      (node) => ts.isVariableDeclaration(node) && node.name.text === name,
    ),
  ).filter(ts.isPropertyAssignment);

function eventSection(type) {
  const members = membersOf(type);
  const kind = members.find((member) => nameOf(member) === 'type');
  const names = [...kind.type.getText().matchAll(/'([\w-]+)'/g)];
  return [
    `### ${names.map(([, name]) => code(name)).join(', ')}`,
    docOf(types.get(type.typeName.text)).text,
    fieldTable(members.filter((member) => member !== kind)),
  ].join('\n\n');
}

const INSTRUMENTS = {
  createHistogram: 'histogram',
  createCounter: 'counter',
  createObservableCounter: 'counter',
  createObservableGauge: 'gauge',
};

function metrics() {
  const rows = nodes
    .filter(ts.isCallExpression)
    .filter(({ expression: { name } }) =>
      Object.hasOwn(INSTRUMENTS, name?.text),
    )
    .map((node) => {
      const [name, options] = node.arguments;
      const property = (key) =>
        options.properties.find((one) => one.name.text === key).initializer
          .text;
      const attributes = ts.findAncestor(node, (one) =>
        docOf(one).text.startsWith('By '),
      );
      return [
        code(name.text),
        INSTRUMENTS[node.expression.name.text],
        code(property('unit')),
        property('description'),
        attributes ? docOf(attributes).text : '',
      ];
    });
  return table(
    ['instrument', 'kind', 'unit', 'what it tells', 'attributes'],
    rows.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const linkTo = (member, page) =>
  `[${code(nameOf(member))}](${page}#${nameOf(member).toLowerCase()})`;

/** What stands in a piece, by its kind. */
const KINDS = {
  'every option': () => optionsOfTheModule.map(optionSection),
  'options with a default': () =>
    table(
      ['option', 'what it is', 'default'],
      optionsOfTheModule
        .filter((member) => !isWay(member))
        .map((member) => [
          linkTo(member, 'docs/options.md'),
          firstSentenceOf(member),
          defaultOf(member, OPTION_TABLE[nameOf(member)].default),
        ]),
    ),
  'ways to authenticate': () =>
    table(
      ['option', 'what it is'],
      optionsOfTheModule
        .filter(isWay)
        .map((member) => [
          linkTo(member, 'options.md'),
          firstSentenceOf(member),
        ]),
    ),
  options: (name) => optionTable(membersNamed(name)),
  'error classes': () =>
    table(
      ['class', 'when it is thrown, and what to do'],
      nodes
        .filter(ts.isClassDeclaration)
        .filter((node) => node.parent.fileName === 'lib/errors/errors.ts')
        .map((node) => [code(node.name.text), firstParagraphOf(node)]),
    ),
  codes: (name) =>
    codesOf(name).map((node) =>
      section(node.initializer.text, docOf(node).text),
    ),
  'table of codes': (name) =>
    table(
      ['code', 'status, and when'],
      codesOf(name).map((node) => [
        code(node.initializer.text),
        docOf(node).text,
      ]),
    ),
  events: (name) => types.get(name).type.types.map(eventSection),
  fields: (name) => fieldTable(membersNamed(name)),
  metrics,
};

const PIECE =
  /(<!-- made of the sources: ([^>]+?)(?: of (\w+))? -->).*?(<!-- end -->)/gs;

const docs = readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`);
const pages = ['README.md', ...docs]
  .filter((path) => path.endsWith('.md'))
  .filter((page) => read(page).match(PIECE));
const style = await resolveConfig(join(ROOT, 'README.md'));

mkdirSync(join(folder, 'docs'), { recursive: true });
for (const page of pages) {
  const markdown = read(page).replace(PIECE, (_, begin, kind, name, end) =>
    [begin, KINDS[kind](name), end].flat().join('\n\n'),
  );
  writeFileSync(
    join(folder, page),
    await format(markdown, { ...style, parser: 'markdown' }),
  );
}
