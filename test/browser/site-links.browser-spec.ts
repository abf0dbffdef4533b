import { describe, expect, it } from 'vitest';

import { files, pages, textOf } from './built-site.js';

const SITE = 'http://site';

/** Where a page leads to and what it loads, as whole URLs. */
const targetsOf = (page: string): URL[] =>
  [...textOf(page).matchAll(/\s(?:href|src)="([^"]*)"/g)].map(
    ([, target = '']) =>
      new URL(target.replaceAll('&amp;', '&'), `${SITE}/${page}`),
  );

const fileAt = ({ pathname }: URL) =>
  decodeURIComponent(pathname.slice(1)).replace(/(^|\/)$/, '$1index.html');

const anchors = new Map(
  pages.map((page) => [
    page,
    new Set([...textOf(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)),
  ]),
);

function isThere(target: URL): boolean {
  const anchor = decodeURIComponent(target.hash.slice(1));
  return (
    files.includes(fileAt(target)) &&
    (anchor === '' || anchors.get(fileAt(target))?.has(anchor) === true)
  );
}

describe.each(pages)('%s', (page) => {
  it('leads to what is there, heading and all', () => {
    const broken = targetsOf(page)
      .filter((target) => target.origin === SITE && !isThere(target))
      .map(String);

    expect(broken).toEqual([]);
  });

  it('loads nothing from elsewhere', () => {
    const loaded = [
      ...textOf(page).matchAll(/<(?:script|link|img|source)\b[^>]*>/g),
    ].map(([tag]) => tag);

    expect(
      loaded.filter((tag) => /(?:href|src)="(?:https?:)?\/\//.test(tag)),
    ).toEqual([]);
  });
});

it('has every page in two clicks from the front page', () => {
  const linkedFrom = (page: string) =>
    targetsOf(page)
      .filter(({ origin }) => origin === SITE)
      .map(fileAt)
      .filter((file) => pages.includes(file));
  const near = linkedFrom('index.html');
  const reached = new Set([...near, ...near.flatMap(linkedFrom), '404.html']);

  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});
