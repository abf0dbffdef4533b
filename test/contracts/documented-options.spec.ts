import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { OPTION_TABLE } from '../../lib/options/option-table.js';

const [, section = ''] = readFileSync('README.md', 'utf8').split(
  '\n## Options\n',
);

/** The default of each option as README.md writes it: a cell of its table that begins with code. */
const documented = Object.fromEntries(
  Array.from(
    section.split('\n## ')[0]?.matchAll(/^\| `(\w+)` +\| (.*?) *\|$/gm) ?? [],
    ([, name = '', cell = '']) => [name, /^`([^`]+)`/.exec(cell)?.[1]],
  ),
);

/** What code gives; of a bare text such as a URL, the text. */
function valueOf(code = 'undefined'): unknown {
  return /^[{'\d]|^(true|false|undefined)$/.test(code)
    ? (runInNewContext(`[${code}]`) as unknown[])[0]
    : code;
}

/** README.md names queryNames with credentialsIn; isGlobal and name come with the registration. */
const NOT_IN_THE_TABLE = ['queryNames', 'isGlobal', 'name'];
const table = Object.entries(OPTION_TABLE).filter(
  ([name]) => !NOT_IN_THE_TABLE.includes(name),
);

describe('The options in README.md', () => {
  it('are all that there are', () => {
    expect(Object.keys(documented).toSorted()).toStrictEqual(
      table.map(([name]) => name).toSorted(),
    );
  });

  it.each(table)(
    'have the default that the code has: %s',
    (name, { default: value }) => {
      const isEmpty = JSON.stringify(value) === '{}';

      expect(valueOf(documented[name])).toEqual(isEmpty ? undefined : value);
    },
  );
});
