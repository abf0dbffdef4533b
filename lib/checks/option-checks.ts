/** Options before they are checked. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is RawOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names a value's type without revealing the value. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

/** The problems whose condition is true. */
export function problemsIn(problems: Record<string, boolean>): string[] {
  return Object.keys(problems).filter((problem) => problems[problem]);
}

/** A problem for each unknown name. */
export function unknownNames(
  options: RawOptions,
  known: readonly string[],
  prefix = '',
): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `${prefix}${name} is not an option. The options are ${known.join(', ')}.`,
    );
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

/** The longest delay that Node's timers accept. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A number that a timer accepts. */
export const TIMER_NUMBER = {
  matches: (value: unknown): boolean =>
    typeof value === 'number' && value > 0 && value <= MAX_TIMER_MS,
  is: `a number above 0, and at most ${MAX_TIMER_MS}`,
};

/** A problem unless the option is absent or a number that a timer accepts. */
export function numberProblems(options: RawOptions, name: string): string[] {
  const isRight =
    options[name] === undefined || TIMER_NUMBER.matches(options[name]);
  return isRight ? [] : [`${name} must be ${TIMER_NUMBER.is}.`];
}

/** Problems with the settings of the axios instance behind `AsposeHttpService`. */
export function axiosProblems(options: RawOptions): string[] {
  const { axios, auth } = options;
  if (!isRecord(axios)) return typeProblems(options, 'axios', 'object');
  // With auth: 'none' they may be for a proxy in front of a self-hosted API.
  const isAttached = auth !== 'none';
  return problemsIn({
    'axios.baseURL has no effect: use the option baseUrl.':
      axios['baseURL'] !== undefined,
    [replacesToken('axios.auth')]: isAttached && axios['auth'] !== undefined,
    [replacesToken('Authorization in axios.headers')]:
      isAttached && headerNames(axios['headers']).includes('authorization'),
  });
}

/** Problems with the settings of an axios instance that makes token requests. */
export function tokenAxiosProblems(
  options: RawOptions,
  timeoutOption: string,
): string[] {
  const { tokenAxios } = options;
  if (!isRecord(tokenAxios))
    return typeProblems(options, 'tokenAxios', 'object');
  return problemsIn({
    'tokenAxios.baseURL has no effect: use the option tokenEndpoint.':
      tokenAxios['baseURL'] !== undefined,
    [`tokenAxios.timeout has no effect: use the option ${timeoutOption}.`]:
      tokenAxios['timeout'] !== undefined,
  });
}

function replacesToken(name: string): string {
  return `${name} would replace the token on every call: remove it. The token is attached for you; a single request may bring its own.`;
}

/** Includes headers grouped by method, as in axios' defaults: `common`, `get` and so on. */
function headerNames(headers: unknown): string[] {
  return isRecord(headers)
    ? Object.entries(headers)
        .filter(([, value]) => value !== undefined)
        .flatMap(([name, value]) => [name.toLowerCase(), ...headerNames(value)])
    : [];
}
