import { isRecord, type RawOptions, typeProblems } from './option-checks.js';

/** What is wrong with the settings of the axios instance behind `AsposeHttpService`. */
export function axiosProblems(options: RawOptions): string[] {
  const { axios, auth } = options;
  if (!isRecord(axios)) return typeProblems(options, 'axios', 'object');
  const problems: string[] = [];
  if (axios['baseURL'] !== undefined)
    problems.push('axios.baseURL has no effect: use the option baseUrl.');
  // Where no token is attached, they may be for a proxy before a self-hosted API.
  if (auth === 'none') return problems;
  if (axios['auth'] !== undefined) problems.push(takesThePlace('axios.auth'));
  if (headerNames(axios['headers']).includes('authorization'))
    problems.push(takesThePlace('Authorization in axios.headers'));
  return problems;
}

/** What is wrong with the settings of an axios instance that makes token requests. */
export function tokenAxiosProblems(
  options: RawOptions,
  timeoutOption: string,
): string[] {
  const { tokenAxios } = options;
  if (!isRecord(tokenAxios))
    return typeProblems(options, 'tokenAxios', 'object');
  return [
    ['baseURL', 'tokenEndpoint'],
    ['timeout', timeoutOption],
  ]
    .filter(([name = '']) => tokenAxios[name] !== undefined)
    .map(
      ([name, option]) =>
        `tokenAxios.${name} has no effect: use the option ${option}.`,
    );
}

function takesThePlace(name: string): string {
  return `${name} would go with every call in place of the token: leave it out. The token is attached for you; where a single request brings its own, that one wins.`;
}

/** Also those in groups, as axios' own defaults have them: `common`, `get` and so on. */
function headerNames(headers: unknown): string[] {
  return isRecord(headers)
    ? Object.entries(headers)
        .filter(([, value]) => value !== undefined)
        .flatMap(([name, value]) => [name.toLowerCase(), ...headerNames(value)])
    : [];
}
