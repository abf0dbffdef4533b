import { check } from 'prettier';

/** Whether prettier, as `nest new` sets it up, would leave a TypeScript source text as it is. */
export function isPretty(text: string): Promise<boolean> {
  return check(text, {
    parser: 'typescript',
    singleQuote: true,
    trailingComma: 'all',
  });
}
