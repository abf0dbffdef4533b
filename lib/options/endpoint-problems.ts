import { DEFAULT_BASE_URL } from '../aspose-auth.constants.js';
import { DEFAULT_QUERY_NAMES } from '../token/token-request.js';
import {
  choiceProblems,
  isRecord,
  type RawOptions,
  typeOf,
  unknownNames,
} from './option-checks.js';

/** What is wrong with where the APIs and tokens are, and who may receive a token. */
export function endpointProblems(options: RawOptions): string[] {
  const { baseUrl = DEFAULT_BASE_URL, tokenEndpoint, allowedOrigins } = options;
  const allowsHttp = options['allowInsecureHttp'] === true;
  const isPath =
    typeof tokenEndpoint === 'string' && tokenEndpoint.startsWith('/');
  return [
    ...urlProblems('baseUrl', baseUrl, allowsHttp),
    ...(tokenEndpoint === undefined || isPath
      ? []
      : urlProblems('tokenEndpoint', tokenEndpoint, allowsHttp)),
    ...originProblems(allowedOrigins, allowsHttp),
    ...choiceProblems(options, 'credentialsIn', ['form', 'query']),
    ...queryNameProblems(options),
  ];
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

function urlProblems(
  name: string,
  value: unknown,
  allowsHttp: boolean,
): string[] {
  if (typeof value !== 'string' || !URL.canParse(value))
    return [`${name} must be a URL such as ${DEFAULT_BASE_URL}.`];
  const url = new URL(value);
  if (!/^https?:$/.test(url.protocol))
    return [`${name} must be an https: URL, not ${url.protocol}`];
  if (url.username !== '' || url.password !== '')
    return [`${name} must not hold a user name or password.`];
  if (url.search !== '' || url.hash !== '')
    return [`${name} must not have a query or a fragment.`];
  if (url.protocol === 'http:' && !allowsHttp && !isLoopback(url.hostname))
    return [
      `${name} is an http: URL: anyone on the way can read the secret and the token. Use https:, or set allowInsecureHttp on a private network.`,
    ];
  return [];
}

function originProblems(origins: unknown, allowsHttp: boolean): string[] {
  if (origins === undefined) return [];
  if (!Array.isArray(origins) || origins.length === 0)
    return [
      `allowedOrigins must be a list of origins such as ['${DEFAULT_BASE_URL}'], not ${Array.isArray(origins) ? 'an empty one' : typeOf(origins)}.`,
    ];
  return origins.flatMap((origin: unknown, index) => {
    const name = `allowedOrigins[${index}]`;
    const problems = urlProblems(name, origin, allowsHttp);
    if (problems.length > 0) return problems;
    const { origin: bare, href } = new URL(String(origin));
    return href === `${bare}/`
      ? []
      : [`${name} must be an origin without a path: ${bare}`];
  });
}

function queryNameProblems({
  credentialsIn,
  queryNames,
}: RawOptions): string[] {
  if (queryNames === undefined) return [];
  if (credentialsIn !== 'query')
    return ["queryNames has no effect without credentialsIn: 'query'."];
  if (!isRecord(queryNames))
    return [`queryNames must be an object, not ${typeOf(queryNames)}.`];
  return [
    ...unknownNames(queryNames, DEFAULT_QUERY_NAMES, 'queryNames.'),
    ...Object.entries(queryNames)
      .filter(([, value]) => value !== undefined)
      .filter(([, value]) => typeof value !== 'string' || value === '')
      .map(([name]) => `queryNames.${name} must be the name of a parameter.`),
  ];
}
