import { check, format, type Options } from 'prettier';

/** As `nest new` sets prettier up. */
const NEST_STYLE = {
  parser: 'typescript',
  singleQuote: true,
  trailingComma: 'all',
} as const;

/** A TypeScript source text as prettier would write it in a Nest project, or in one that differs in its style. */
export function pretty(text: string, style: Options = {}): Promise<string> {
  return format(text, { ...NEST_STYLE, ...style });
}

/** Whether prettier would leave a TypeScript source text of a Nest project as it is. */
export function isPretty(text: string): Promise<boolean> {
  return check(text, NEST_STYLE);
}
