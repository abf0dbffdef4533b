// What callers may put into a request line, to reach what they may not. Each text is written to the socket as Latin-1.

/** What the gateway under attack lets through. */
export const ALLOW = [
  'GET /v4.0/cells/*',
  'GET /v4.0/cells/*/worksheets',
  'GET /v4.0/storage/file/**',
  'PUT /v4.0/cells/convert/*',
  'POST /**',
];

/** Percent-encodes every byte of a text. */
const encoded = (text) =>
  [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('');
/** Encodes what is encoded already. */
const again = (text) => text.replaceAll('%', '%25');
const raw = (text) => Buffer.from(text).toString('latin1');

/** Below a wildcard, in its place, and where the path goes on in `allow`. */
const places = (part) => [
  `/v4.0/storage/file/${part}`,
  `/v4.0/storage/file/a/${part}/b`,
  `/v4.0/cells/${part}`,
  `/v4.0/cells/${part}/worksheets`,
];

const DOTS = ['..', '.', '%2e%2e', '%2E%2e', '.%2e', '%2e.', '%2e'];
const WIDE = {
  'full stop': '．',
  'two dots': '‥',
  'three dots': '…',
  'one dot': '․',
  solidus: '／',
  'reverse solidus': '＼',
  semicolon: '；',
  'question mark': '？',
  'percent sign': '％',
};

/** A request line's method, its target below the gateway, and whether it is let through. */
const form = (method, below, passes) => ({
  method,
  target: `/aspose${below}`,
  expected: passes ? below : undefined,
});
const refused = (...targets) => targets.map((one) => form('GET', one, false));
const passed = (...targets) => targets.map((one) => form('GET', one, true));
/** Whole targets, not below the gateway. */
const elsewhere = (...targets) =>
  targets.map((target) => ({ method: 'GET', target }));
const posted = (...targets) => targets.map((one) => form('POST', one, false));

/** The forms by family. */
export const FAMILIES = {
  'what is allowed': [
    ...passed(
      '/v4.0/cells/book.xlsx',
      '/v4.0/cells/book.xlsx/worksheets',
      '/v4.0/cells/a-b_c~d!$&%27()*+,=:@',
      '/v4.0/cells/..a',
      '/v4.0/cells/a..b',
      '/v4.0/cells/a%20b%2Ec',
      '/v4.0/cells/100%25',
      '/v4.0/cells/Report%20%2312.xlsx',
      '/v4.0/cells/%C3%BCbung.xlsx',
      '/v4.0/storage/file/a/b/c.txt',
      '/v4.0/storage/file/a%2Fb%2fc.txt',
      '/v4.0/storage/file/folder/',
      `/v4.0/storage/file/${'long/'.repeat(200)}end`,
      '/v4.0/storage/file/connect/token.txt',
    ),
    form('HEAD', '/v4.0/cells/book.xlsx', true),
    form('PUT', '/v4.0/cells/convert/spreadsheet?format=pdf', true),
    form('POST', '/v4.0/words/convert', true),
  ],

  'what is not allowed': [
    ...refused(
      '',
      '/',
      '/v4.0',
      '/v4.0/cells',
      '/v4.0/cells/',
      '/v4.0/cells/a/',
      '/v4.0/cells/a/b',
      '/v4.0/cells/a/worksheets/',
      '/v4.0/cells/a/worksheets/1',
      '/v4.0/storage/file',
      '/v4.0/storage/file/',
      '/v4.0/storage/files/a',
      '/v4.0/words/a',
      '/connect/token',
    ),
    form('PUT', '/v4.0/cells/convert/a/b', false),
  ],

  methods: [
    'DELETE',
    'PATCH',
    'PUT',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'QUERY',
    'get',
    'Get',
    'GETT',
    'GET\t',
    '',
    'PRI',
    'CONNECT',
  ].map((method) => form(method, '/v4.0/cells/a', false)),

  'dots as they are': refused(
    ...places('..'),
    ...places('.'),
    '/v4.0/storage/file/../../words/a',
    '/../v4.0/cells/a',
    '/./v4.0/cells/a',
    '/v4.0/storage/file/...',
    '/v4.0/storage/file/.... /a',
    '/..',
  ),
  'dots encoded once': refused(...DOTS.slice(2).flatMap(places)),
  'dots encoded twice': refused(
    ...DOTS.slice(2).map(again).flatMap(places),
    ...places('%25%32%65%25%32%65'),
    ...places('%%32%65%%32%65'),
    ...places('.%25%32e'),
  ),
  'dots encoded thrice, and more often': refused(
    ...DOTS.slice(2)
      .map(again)
      .map(again)
      .flatMap((dots) => places(dots).slice(0, 2)),
    ...places(again(again(again('%2e%2e')))),
    ...places(again(again(again(again('%2e%2e'))))),
  ),
  'dots behind what stops a strict decoder': refused(
    '/v4.0/storage/file/100%25/%252e%252e/%252e%252e/words',
    '/v4.0/storage/file/100%25/a%252f..%252f..',
    '/v4.0/storage/file/%2525zz/%25252e%25252e/x',
    '/v4.0/storage/file/%25ff/%252e%252e/x',
    '/v4.0/cells/%25%252f',
    '/v4.0/cells/%25%255c',
  ),
  'dots and white space': refused(
    '/v4.0/storage/file/..%20/a',
    '/v4.0/storage/file/%20../a',
    '/v4.0/storage/file/..%09/a',
    '/v4.0/storage/file/..%C2%A0/a',
    '/v4.0/storage/file/..%2520/a',
    '/v4.0/storage/file/%20/a',
    '/v4.0/storage/file/.%20./a',
  ),

  backslashes: refused(
    ...['\\', '%5c', '%5C', '%255c', '%25255C'].flatMap((slash) => [
      `/v4.0/storage/file/..${slash}..${slash}words`,
      `/v4.0/storage/file/a${slash}b`,
      `/v4.0/cells/a${slash}worksheets`,
      `${slash}v4.0${slash}cells${slash}a`,
    ]),
  ),

  'nulls and control characters': refused(
    ...['00', '0d%0a', '0a', '09', '1f', '7f', 'C2%85', 'C2%80'].flatMap(
      (code) => [
        `/v4.0/cells/a%${code}`,
        `/v4.0/storage/file/a%${code}b`,
        `/v4.0/storage/file/a%25${code.replaceAll('%', '%25')}/b`,
      ],
    ),
    '/v4.0/cells/a%00.xlsx',
    '/v4.0/cells/a\x00',
    '/v4.0/cells/a\x01b',
    '/v4.0/cells/a\x7f',
    '/v4.0/cells/a\tb',
    '/v4.0/cells/a\x0bb',
    '/v4.0/cells/a%0d%0aHost:%20evil',
  ),

  semicolons: refused(
    '/v4.0/cells/a;b',
    '/v4.0/cells/a;/worksheets',
    '/v4.0/storage/file/..;/..;/words',
    '/v4.0/storage/file/;/a',
    '/v4.0/storage/file/a%3bb',
    '/v4.0/storage/file/..%3b/words',
    '/v4.0/storage/file/a%253Bb',
    '/v4.0;/cells/a',
    ';/v4.0/cells/a',
    ';a=b/v4.0/cells/a',
  ),

  'double slashes': refused(
    '//v4.0/cells/a',
    '/v4.0//cells/a',
    '/v4.0/cells//a',
    '/v4.0/cells//worksheets',
    '/v4.0/storage/file//a',
    '/v4.0/storage/file/a//b',
    '/v4.0/storage/file/a//',
    '/v4.0/storage/file/a%2f%2fb',
    '/v4.0/storage/file/a/%2fb',
    '/v4.0/storage/file/a%2f/b',
    '/v4.0/storage/file/%2f',
    '/v4.0/storage/file/%2fa',
    '/v4.0/storage/file/a%252f%252fb',
    '/v4.0/storage/file/a%2f%252fb',
    '/v4.0/storage/file/a/%25252fb',
    '/v4.0/storage/file/a/%2f',
    '//evil.example/v4.0/cells/a',
  ),

  'slashes in the place of one segment': refused(
    ...['%2f', '%2F', '%252f', '%25%32%66', '%25252F'].flatMap((slash) => [
      `/v4.0/cells/a${slash}b`,
      `/v4.0/cells/a${slash}b/worksheets`,
      `/v4.0${slash}cells/a`,
    ]),
    '/v4.0%2fcells%2fa',
    '%2fv4.0/cells/a',
  ),

  'absolute targets, * and others that are no path': elsewhere(
    'http://app.example/aspose/v4.0/cells/a',
    'http://127.0.0.1/aspose/v4.0/cells/a',
    'HTTP://app.example/aspose/v4.0/cells/a',
    'https://api.aspose.cloud/aspose/v4.0/cells/a',
    'http:///aspose/v4.0/cells/a',
    'http:/aspose/v4.0/cells/a',
    'http://a@b/aspose/v4.0/cells/a',
    'ws://app.example/aspose/v4.0/cells/a',
    'file:///aspose/v4.0/cells/a',
    '*',
    '*/aspose/v4.0/cells/a',
    '/*',
    'aspose/v4.0/cells/a',
    '?/aspose/v4.0/cells/a',
    '',
    'app.example:443',
    '@app.example/aspose/v4.0/cells/a',
    'javascript:alert(1)',
  ),

  'upper and lower case': refused(
    '/V4.0/cells/a',
    '/v4.0/Cells/a',
    '/v4.0/CELLS/a',
    '/v4.0/cells/a/Worksheets',
    '/v4.0/STORAGE/file/a',
    '/v4.0/ce%6cls/a',
    '/v4.0/%63ells/a',
    '/v4%2e0/cells/a',
    '/v4.0/storage/%66ile/a',
  ),

  'characters beyond ASCII, raw': refused(
    `/v4.0/cells/${raw('ü')}`,
    '/v4.0/cells/\xfc',
    `/v4.0/cells/${raw('．．')}`,
    '/v4.0/storage/file/\xc0\xae\xc0\xae/a',
    '/v4.0/storage/file/\xff',
    '/v4.0/cells/\xa0',
    '/v4.0/cells/a\x85b',
  ),
  'characters beyond ASCII, encoded': passed(
    '/v4.0/cells/%E2%82%AC.xlsx',
    '/v4.0/cells/%F0%9F%93%8A',
    '/v4.0/storage/file/%D0%BE%D1%82%D1%87%D0%B5%D1%82/%E8%A1%A8.xlsx',
    '/v4.0/cells/u%CC%88',
  ),

  'characters that a path does not have': refused(
    ...['"', '<', '>', '^', '`', '{', '|', '}', '[', ']'].map(
      (character) => `/v4.0/cells/a${character}b`,
    ),
  ),

  'overlong and broken UTF-8': refused(
    ...[
      '%c0%af',
      '%c0%ae',
      '%c1%9c',
      '%e0%80%af',
      '%e0%80%ae',
      '%f0%80%80%af',
      '%f8%80%80%80%af',
      '%c0%80',
      '%c0%2f',
      '%fe',
      '%ff',
      '%80',
      '%fc',
      '%ed%a0%80',
      '%f4%90%80%80',
      '%c3',
      '%c3%28',
    ].flatMap((bytes) => [
      `/v4.0/storage/file/..${bytes}words`,
      `/v4.0/cells/a${bytes}b`,
      `/v4.0/storage/file/..${again(bytes)}words`,
    ]),
    '/v4.0/storage/file/%c0%ae%c0%ae/words',
    '/v4.0/storage/file/%25c0%25ae%25c0%25ae/words',
    '/v4.0/storage/file/%2525c0%2525ae%2525c0%2525ae/words',
  ),

  'percent signs that encode nothing': refused(
    '/v4.0/cells/%',
    '/v4.0/cells/%2',
    '/v4.0/cells/a%zz',
    '/v4.0/cells/%u002e%u002e',
    '/v4.0/storage/file/%u002e%u002e/words',
    '/v4.0/cells/%-2e',
    '/v4.0/cells/% 2e',
    '/v4.0/cells/%0x2e',
  ),

  'wide forms': refused(
    ...[WIDE['full stop'].repeat(2), WIDE['two dots'], WIDE['three dots']]
      .map(encoded)
      .flatMap((dots) => [
        `/v4.0/storage/file/${dots}/words`,
        `/v4.0/cells/${dots}`,
        `/v4.0/storage/file/${again(dots)}/words`,
      ]),
    `/v4.0/storage/file/${encoded(WIDE['one dot'].repeat(2))}/words`,
    `/v4.0/cells/a${encoded(WIDE.solidus)}b`,
    `/v4.0/cells/a${again(encoded(WIDE.solidus))}b`,
    `/v4.0/storage/file/a${encoded(WIDE.solidus.repeat(2))}b`,
    `/v4.0/storage/file/..${encoded(WIDE.solidus)}words`,
    `/v4.0/storage/file/a${encoded(WIDE['reverse solidus'])}b`,
    `/v4.0/storage/file/a${encoded(WIDE.semicolon)}b`,
    `/v4.0/cells/a${encoded(WIDE['question mark'])}b`,
    `/v4.0/storage/file/${encoded(`${WIDE['percent sign']}2e`).repeat(2)}/a`,
    `/v4.0/storage/file/${encoded(WIDE['percent sign'])}2e%2e/a`,
    `/v4.0/cells/a${encoded('％２ｆ')}b`,
  ),

  queries: [
    ...passed(
      '/v4.0/cells/a?',
      '/v4.0/cells/a?b=c&d=%2e%2e%2f',
      '/v4.0/cells/a?/../../words',
      '/v4.0/cells/a?b=//evil.example/',
      '/v4.0/cells/a??b',
      '/v4.0/cells/a?b=%zz%',
      '/v4.0/cells/a?b=%00%0d%0a',
      '/v4.0/cells/a?b=\\..\\',
      '/v4.0/cells/a?;b=1',
      '/v4.0/cells/a?b="<>^`{|}[]',
      '/v4.0/cells/a?GET=/connect/token',
    ),
    ...refused(
      '?/v4.0/cells/a',
      '/?/v4.0/cells/a',
      '/v4.0?/cells/a',
      '/v4.0/words?/../cells/a',
      '/v4.0/cells/?a',
      '/v4.0/cells?/a',
      '/v4.0/cells/a?b c',
      '/v4.0/cells/a?b\tc',
      '/v4.0/cells/a?b\xa0c',
      '/v4.0/cells/a?b\x00c',
      '/v4.0/cells/a?b=\xfc',
      `/v4.0/cells/a?b=${raw('ü．．')}`,
      '/v4.0/cells/a%3f/worksheets',
      '/v4.0/cells/a%3Fb',
      '/v4.0/cells/a%253fb',
      '/v4.0/storage/file/a%3f/../b',
      '/v4.0/storage/file/a%3Fb',
    ),
  ],

  fragments: refused(
    '/v4.0/cells/a#',
    '/v4.0/cells/a#b',
    '/v4.0/cells/a#/worksheets',
    '/v4.0/words#/../cells/a',
    '/v4.0/cells/a?b#c',
    '/v4.0/cells/a?b#/../',
    '#/v4.0/cells/a',
  ),

  'the path of the gateway': elsewhere(
    '/%61spose/v4.0/cells/a',
    '/%61%73%70%6f%73%65/v4.0/cells/a',
    '/aspos%65/v4.0/cells/a',
    '/%2561spose/v4.0/cells/a',
    '/ASPOSE/v4.0/cells/a',
    '/Aspose/v4.0/cells/a',
    '//aspose/v4.0/cells/a',
    '///aspose/v4.0/cells/a',
    '/./aspose/v4.0/cells/a',
    '/x/../aspose/v4.0/cells/a',
    '/%2e/aspose/v4.0/cells/a',
    '/aspose%2fv4.0/cells/a',
    '/aspose%2Fv4.0%2Fcells%2Fa',
    '%2faspose/v4.0/cells/a',
    '/%2faspose/v4.0/cells/a',
    '\\aspose/v4.0/cells/a',
    '/aspose\\v4.0\\cells\\a',
    '/aspose%5cv4.0/cells/a',
    '/aspose.json/v4.0/cells/a',
    '/aspose%00/v4.0/cells/a',
    '/aspose%20/v4.0/cells/a',
    '/aspose;/v4.0/cells/a',
    '/aspose/aspose/v4.0/cells/a',
    '/aspose/../aspose/v4.0/cells/a',
    '/aspose',
    '/aspose/',
    '/aspose?/v4.0/cells/a',
    '/asposev4.0/cells/a',
    '/aspos/v4.0/cells/a',
    `/${raw('ａ')}spose/v4.0/cells/a`,
    `/${encoded('ａ')}spose/v4.0/cells/a`,
  ),

  'the token endpoint': posted(
    ...['', '/v3.0/cells', '/v4.0/cells', '/v4.0/words', '/x'].flatMap(
      (base) => [
        `${base}/connect/token`,
        `${base}/connect/token/`,
        `${base}/connect/token?a`,
        `${base}/Connect/TOKEN`,
        `${base}/connect%2ftoken`,
        `${base}/%63onnect/%74oken`,
      ],
    ),
    '/connect%252ftoken',
    '/connect%25252ftoken',
    '/connect/%2574oken',
    '/connect/%252574oken',
    '/connect/%25252574oken',
    '/connect//token',
    '/connect/%2ftoken',
    '/connect%2f%2ftoken',
    '/connect%2f.%2ftoken',
    '/connect/x/%2e%2e/token',
    '/connect/token%20',
    '/connect/token.',
    '/connect/token%2e',
    '/connect./token',
    '/connect%20/token',
    '/%20connect/token',
    '/connect/token%2f',
    '/connect/token%3fa',
    '/connect/token%23a',
    '/connect/token;a',
    '/connect/token%3ba',
    '/connect/token%00',
    '/connect%5ctoken',
    `/connect${encoded('／')}token`,
    `/connect/${encoded('ｔ')}oken`,
    `/connect/to${encoded('K')}en`,
    `/${encoded('ⓒ')}onnect/token`,
    `/connect/${encoded('％74')}oken`,
    '/x%25/connect/%2574oken',
    '/x%25/%2563onnect/token',
    '/connect/token/%20',
  ),

  'what is around the target': [
    { method: ' GET', target: '/aspose/v4.0/cells/a' },
    { method: 'GET', target: ' /aspose/v4.0/words/a' },
    { method: 'GET', target: '/aspose/v4.0/words/a /aspose/v4.0/cells/a' },
    { method: 'GET', target: '/aspose/v4.0/cells/a HTTP/1.1 x' },
    { method: 'GET', target: '/aspose/v4.0/cells/a\rx' },
    { method: 'GET /aspose/v4.0/words/a HTTP/1.1\r\n\r\nGET', target: '' },
  ],
};
