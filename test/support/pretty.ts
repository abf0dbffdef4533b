import { check, format } from 'prettier';

/** As `nest new` sets prettier up. */
const NEST_STYLE = {
  parser: 'typescript',
  singleQuote: true,
  trailingComma: 'all',
} as const;

/** A TypeScript source text as prettier would write it in a Nest project. */
export function pretty(text: string): Promise<string> {
  return format(text, NEST_STYLE);
}

/** Whether prettier would leave a TypeScript source text of a Nest project as it is. */
export function isPretty(text: string): Promise<boolean> {
  return check(text, NEST_STYLE);
}
