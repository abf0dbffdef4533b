import { format, inspect } from 'node:util';

/**
 * Which canaries show when a value is printed: inspected to the bottom, hidden properties and getters included, as loggers
 * format it, as JSON, or by its stack.
 *
 * @param canaries - by name, what must never be seen.
 * @returns the names of those that are.
 */
export function leaksIn(
  value: unknown,
  canaries: Readonly<Record<string, string>>,
): string[] {
  const text = printed(value);
  return Object.keys(canaries).filter((name) =>
    text.includes(String(canaries[name])),
  );
}

function printed(value: unknown): string {
  const forms = [
    inspect(value, { depth: Infinity }),
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    format('%o %O %j', value, value, value),
    asJson(value),
  ];
  if (value instanceof Error)
    forms.push(String(value), value.stack ?? '', printed(value.cause));
  if (hasToJson(value))
    forms.push(inspect(value.toJSON(), { depth: Infinity }));
  return forms.join('\n');
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // Circular, as a stream is.
    return '';
  }
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'toJSON' in value &&
    typeof value.toJSON === 'function'
  );
}
