/** Options before they are checked. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is RawOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, without saying what it holds. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

/** A problem for each name that is not known. */
export function unknownNames(
  options: RawOptions,
  known: object,
  prefix = '',
): string[] {
  return Object.keys(options)
    .filter((name) => !Object.hasOwn(known, name))
    .map(
      (name) =>
        `${prefix}${name} is not an option. Known are ${Object.keys(known).join(', ')}.`,
    );
}

/** A problem unless the option is absent or one of the choices. */
export function choiceProblems(
  options: RawOptions,
  name: string,
  choices: readonly string[],
): string[] {
  const value = options[name];
  if (value === undefined || choices.some((choice) => choice === value))
    return [];
  return [
    `${name} must be ${choices.map((choice) => `'${choice}'`).join(' or ')}.`,
  ];
}

/** A problem unless the option is absent or of a type. */
export function typeProblems(
  options: RawOptions,
  name: string,
  type: 'boolean' | 'function' | 'object',
): string[] {
  const value = options[name];
  const isRight = type === 'object' ? isRecord(value) : typeof value === type;
  return value === undefined || isRight
    ? []
    : [
        `${name} must be ${type === 'object' ? 'an object' : `a ${type}`}, not ${typeOf(value)}.`,
      ];
}

/** The longest time that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whether a value is a number that a timer takes. */
export function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= MAX_TIMER_MS;
}

/** A problem for each option that is neither absent nor a number above 0. */
export function numberProblems(
  options: RawOptions,
  names: readonly string[],
  prefix = '',
): string[] {
  return names
    .filter((name) => options[name] !== undefined && !isPositive(options[name]))
    .map(
      (name) =>
        `${prefix}${name} must be a number above 0, and at most ${MAX_TIMER_MS}.`,
    );
}
