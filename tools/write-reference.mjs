// Writes the pages of docs/ that are made of the sources: options, error codes, events and metrics. Which folder to write them
// to is its argument. Run after the build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const ROOT = new URL('..', import.meta.url).pathname;
const [, , folder] = process.argv;

const parsed = (path) =>
  ts.createSourceFile(
    path,
    readFileSync(join(ROOT, path), 'utf8'),
    ts.ScriptTarget.ES2023,
    true,
  );

const nodesIn = (node) => [
  node,
  ...node.getChildren().flatMap((child) => nodesIn(child)),
];

/** Text of a comment without the marks of TSDoc. */
const plain = (comment) =>
  (ts.getTextOfJSDocComment(comment) ?? '')
    .replace(/\{@link (\w+)(?:[:.]\w+)?\}/g, '`$1`')
    .trim();

const docOf = (node) => {
  const doc = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
  const tag = (name) =>
    plain(doc?.tags?.find(({ tagName }) => tagName.text === name)?.comment);
  return { text: plain(doc?.comment), default: tag('default') };
};

const oneLine = (text) => text.replaceAll(/\s*\n\s*/g, ' ');
const cell = (text) => oneLine(text).replaceAll('|', '\\|');

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');

/** The interfaces of lib/, by name. */
const interfaces = new Map(
  readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => parsed(`lib/${path}`).statements)
    .filter(ts.isInterfaceDeclaration)
    .map((declaration) => [declaration.name.text, declaration]),
);

/** The members of an interface, those that it has from others first. */
function membersOf(name) {
  const declaration = interfaces.get(name);
  const inherited = (declaration.heritageClauses ?? [])
    .flatMap(({ types }) => types)
    .map(({ expression, typeArguments }) =>
      expression.text === 'Omit'
        ? typeArguments[0].typeName.text
        : expression.text,
    )
    .filter((base) => interfaces.has(base))
    .flatMap(membersOf);
  const own = declaration.members.filter(ts.isPropertySignature);
  const names = new Set(own.map((member) => member.name.getText()));
  return [
    ...inherited.filter((member) => !names.has(member.name.getText())),
    ...own,
  ];
}

const memberRows = (name) =>
  membersOf(name).map((member) => {
    const doc = docOf(member);
    const inherits = /\{@inheritDoc (\w+)\.(\w+)\}/.exec(member.getFullText());
    const source = inherits
      ? docOf(
          membersOf(inherits[1]).find(
            ({ name: { text } }) => text === inherits[2],
          ),
        )
      : doc;
    return [
      `\`${member.name.getText()}\``,
      source.text,
      codeOf(source.default),
    ];
  });

/** A default as code, unless it is told in words. */
const codeOf = (value) =>
  /^('[^']*'|[\d.]+|true|false|\{.*\}|\[.*\])$/.test(value)
    ? `\`${value}\``
    : value;

const typeOf = (member) =>
  oneLine(member.type.getText())
    .replaceAll(/(^\| | \| undefined|\| undefined \| )/g, '')
    .replaceAll(/\bSome<(\w+)>/g, '$1');

function optionsPage() {
  const {
    OPTION_TABLE,
    WAYS_TO_AUTHENTICATE,
  } = require('../dist/options/option-table.js');
  const ways = WAYS_TO_AUTHENTICATE.flat();
  const members = membersOf('AsposeAuthModuleOptions');
  const section = (member) => {
    const name = member.name.getText();
    const { text, default: told } = docOf(member);
    const settings = /\b(\w+Settings|CredentialQueryNames)\b/.exec(
      member.type.getText(),
    )?.[1];
    const hasTable = settings !== undefined && interfaces.has(settings);
    const value = OPTION_TABLE[name]?.default;
    const isGroup =
      hasTable || value === undefined || JSON.stringify(value) === '{}';
    const fallback = isGroup ? codeOf(told) : `\`${literal(value)}\``;
    return [
      `### \`${name}\``,
      text,
      `Type: \`${typeOf(member)}\`${fallback === '' ? '' : `. Default: ${fallback}`}.`,
      hasTable && settings !== 'AxiosSettings'
        ? table(['in it', 'what it is', 'default'], memberRows(settings))
        : '',
    ].join('\n\n');
  };
  const isWay = (member) => ways.includes(member.name.getText());
  const further = Object.entries({
    'The console: AsposeConsoleModule': ['AsposeConsoleOptions'],
    'The gateway: AsposeGatewayModule': ['GatewayShape', 'GatewayPolicy'],
    'The token endpoint: AsposeTokenEndpointModule': [
      'TokenEndpointShape',
      'TokenEndpointPolicy',
    ],
    'Health: AsposeHealthModule': ['AsposeHealthOptions'],
    'The store: redisTokenStore': ['RedisTokenStoreOptions'],
    'A request: aspose': ['AsposeRequestOptions'],
    'Tests: AsposeAuthTestingModule': ['AsposeAuthTestingOptions'],
  });
  return [
    '# Options',
    'Every option is checked at boot, all problems at once; an unknown one fails the boot. Apart from a way to authenticate, every option is optional.',
    '## Ways to authenticate',
    'One of them is required: [which is for what](authenticate.md).',
    ...members.filter(isWay).map(section),
    '## AsposeAuthModule',
    ...members.filter((member) => !isWay(member)).map(section),
    '## The registration itself',
    'They stand beside `useFactory`, never in what it returns.',
    table(
      ['option', 'what it is', 'default'],
      memberRows('AsposeAuthModuleExtras'),
    ),
    ...further.flatMap(([title, names]) => [
      `## ${title}`,
      table(['option', 'what it is', 'default'], names.flatMap(memberRows)),
    ]),
  ];
}

const literal = (value) =>
  typeof value === 'string' ? `'${value}'` : JSON.stringify(value);

function errorCodesPage() {
  const codesOf = (path) =>
    nodesIn(parsed(path))
      .filter(ts.isPropertyAssignment)
      .filter(({ initializer }) => ts.isStringLiteral(initializer))
      .filter(({ initializer: { text } }) => /^ASPOSE_[A-Z_]+$/.test(text))
      .map((node) => `### \`${node.initializer.text}\`\n\n${docOf(node).text}`);
  return [
    '# Error codes',
    'Codes are for programs, messages for people: they say what to do, and hold no token and no secret. [When a call fails](errors.md) says what your callers get, and [symptoms](operations.md#symptoms) what to do at night.',
    '## AsposeAuthErrorCode',
    ...codesOf('lib/errors/errors.ts'),
    '## GatewayErrorCode',
    ...codesOf('lib/gateway/gateway-exception.ts'),
  ];
}

function eventsPage() {
  const union = nodesIn(parsed('lib/token/token-event.ts')).find(
    (node) =>
      ts.isTypeAliasDeclaration(node) && node.name.text === 'TokenEvent',
  );
  const sections = union.type.types.map((type) => {
    const name = type.getText();
    const [kind] = membersOf(name).filter(
      (member) => member.name.getText() === 'type',
    );
    const types = [...kind.type.getText().matchAll(/'([\w-]+)'/g)];
    const rows = memberRows(name).filter(([field]) => field !== '`type`');
    return [
      `## ${types.map(([, type]) => `\`${type}\``).join(', ')}`,
      docOf(interfaces.get(name)).text,
      rows.length === 0 ? '' : fields(rows),
    ].join('\n\n');
  });
  return [
    '# Events',
    'What `AsposeTokenService.events$` and [the channel](operations.md#diagnostics-channels) `nestjs-aspose-auth:event` tell. No event holds a token or a secret.',
    '## In every event',
    fields([
      ['`type`', 'What happened: the headings below.', ''],
      ['`at`', 'In milliseconds since the epoch.', ''],
      ...memberRows('WhoseEvents'),
    ]),
    ...sections,
  ];
}

const fields = (rows) =>
  table(
    ['field', 'what it is'],
    rows.map(([name, text]) => [name, text]),
  );

function metricsPage() {
  const KINDS = {
    createHistogram: 'histogram',
    createCounter: 'counter',
    createObservableCounter: 'counter',
    createObservableGauge: 'gauge',
  };
  const rows = readdirSync(join(ROOT, 'lib/opentelemetry'))
    .flatMap((path) => nodesIn(parsed(`lib/opentelemetry/${path}`)))
    .filter(ts.isCallExpression)
    .filter(({ expression }) => KINDS[expression.name?.text] !== undefined)
    .map(({ expression, arguments: [name, options] }) => {
      const property = (key) =>
        options.properties.find((one) => one.name.text === key)?.initializer
          .text;
      return [
        `\`${name.text}\``,
        KINDS[expression.name.text],
        `\`${property('unit')}\``,
        property('description'),
      ];
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    '# Metrics',
    '`nestjs-aspose-auth/opentelemetry` has these instruments. [Metrics and traces](operations.md#metrics-and-traces) says how to export them, with which attributes, and which alerts are worth having.',
    table(['instrument', 'kind', 'unit', 'what it tells'], rows),
  ];
}

const PAGES = {
  'options.md': optionsPage,
  'error-codes.md': errorCodesPage,
  'events.md': eventsPage,
  'metrics.md': metricsPage,
};

const style = await resolveConfig(join(ROOT, 'docs/options.md'));
for (const [name, page] of Object.entries(PAGES)) {
  const markdown = `<!-- Made of the sources by tools/write-reference.mjs: npm run api:update -->\n\n${page().join('\n\n')}\n`;
  writeFileSync(
    join(folder, name),
    await format(markdown, { ...style, parser: 'markdown' }),
  );
}
