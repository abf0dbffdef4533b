import { describe, expect, it } from 'vitest';

import { SourceText } from '../../../lib/schematics/source-text.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';

describe('SourceText.code', () => {
  it.each([
    ['a line comment', 'a(); // b]\nc', 'a();      \nc'],
    ['a comment on several lines', 'a /* [\n] */ b', 'a     \n     b'],
    ['a string', `a('[', "]")`, 'a(___, ___)'],
    ['an escaped quote', String.raw`a('\'[')`, 'a(_____)'],
    ['a comment that does not end', 'a /* [\n] b', 'a     \n   '],
    ['a quote in a comment', `/* it's */ a('b')`, '           a(___)'],
    ['a comment in a string', `a('// b')`, 'a(______)'],
    ['a template', 'a(`[\n${b}`)', 'a(__\n_____)'],
    ['a regular expression', `a(/[/'"]\\//g)`, 'a(_________g)'],
    ['type arguments', 'a<B, C<D>>(e)', 'a_________(e)'],
  ])('blanks out %s', (_, text, code) => {
    expect(new SourceText(text).code).toBe(code);
  });

  it.each(['a / b / c', 'a < b, c > d', '(a) / 2 / b', 'a => b'])(
    'leaves operators alone: %s',
    (text) => {
      expect(new SourceText(text).code).toBe(text);
    },
  );
});

describe('A source text', () => {
  it.each([
    ['blanks', repeated(' ', 'a = ')],
    ['empty lines', repeated('\n')],
    ['blank lines', repeated(' \n')],
    ['comparisons without blanks', repeated('a<')],
    ['types without a call', repeated('a<b>')],
    ['comments that do not end', repeated('/*')],
  ])('is read in linear time: %s', (_, textOf) => {
    const read = (text: string) => new SourceText(text);

    expect(growthOf(read, textOf)).toBeLessThan(LINEAR);
  });
});

describe('SourceText.listAt', () => {
  const itemsOf = (text: string) => {
    const source = new SourceText(text);
    const list = source.listAt(text.search(/[([{]/));
    return list?.items.map((item) => source.core(item));
  };

  it.each([
    ['()', []],
    ['[a, b]', ['a', 'b']],
    ['{ a: [1, 2], b: c(d, e), }', ['a: [1, 2]', 'b: c(d, e)']],
    ['[/* a, */ b, // c\n]', ['b', '']],
    [`['a, b', c]`, [`'a, b'`, 'c']],
  ])('divides %s at its own commas', (text, items) => {
    expect(itemsOf(text)).toEqual(items);
  });

  it.each(['[a', '[(a]', `[a ']'`])('finds no end of %s', (text) => {
    expect(itemsOf(text)).toBeUndefined();
  });
});
