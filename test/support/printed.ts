import { inspect } from 'node:util';

/** A value in every form in which it gets into a log: inspected to the bottom, as JSON, by its stack. */
export function printed(value: unknown): string {
  const forms = [inspect(value, { depth: Infinity }), asJson(value)];
  if (value instanceof Error)
    forms.push(String(value), value.stack ?? '', printed(value.cause));
  if (hasToJson(value)) forms.push(inspect(value.toJSON(), { depth: Infinity }));
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
