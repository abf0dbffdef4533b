import type { SourceText } from './source-text.js';

/** How a source text is written, where formatters differ. */
export interface CodeStyle {
  readonly indent: string;
  readonly quote: string;
  /** What ends a statement. */
  readonly end: string;
}

/** Reads the style off a source text; that of a new Nest project where it does not show. */
export function codeStyleOf({ indent, text }: SourceText): CodeStyle {
  const [, quote = "'", end = ';'] =
    /^import\b[^'"]*(['"])[^'"\n]+\1(;?)/m.exec(text) ?? [];
  return { indent, quote, end };
}

/** Code that is written in the style of a new Nest project, in another. */
export function inStyle(code: string, { indent, quote }: CodeStyle): string {
  return code
    .replaceAll("'", quote)
    .replaceAll(/^ +/gm, (blanks) => indent.repeat(blanks.length / 2));
}
