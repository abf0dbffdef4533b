import { isRecord, type RawOptions, typeProblems } from './option-checks.js';

/** Problems with the settings of the axios instance behind `AsposeHttpService`. */
export function axiosProblems(options: RawOptions): string[] {
  const { axios, auth } = options;
  if (!isRecord(axios)) return typeProblems(options, 'axios', 'object');
  const problems: string[] = [];
  if (axios['baseURL'] !== undefined)
    problems.push('axios.baseURL has no effect: use the option baseUrl.');
  // With auth: 'none' they may be for a proxy in front of a self-hosted API.
  if (auth === 'none') return problems;
  if (axios['auth'] !== undefined) problems.push(replacesToken('axios.auth'));
  if (headerNames(axios['headers']).includes('authorization'))
    problems.push(replacesToken('Authorization in axios.headers'));
  return problems;
}

/** Problems with the settings of an axios instance that makes token requests. */
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
