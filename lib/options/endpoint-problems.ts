import { DEFAULT_BASE_URL } from '../aspose-auth.constants.js';
import { originProblems, urlProblems } from '../token/safe-url.js';
import { DEFAULT_QUERY_NAMES } from '../token/token-request.js';
import {
  choiceProblems,
  isRecord,
  type RawOptions,
  typeOf,
  unknownNames,
} from './option-checks.js';
import { underBase } from './under-base.js';

/** What is wrong with where the APIs and tokens are, and who may receive a token. */
export function endpointProblems(options: RawOptions): string[] {
  const { baseUrl = DEFAULT_BASE_URL, tokenEndpoint, allowedOrigins } = options;
  const allowsHttp = options['allowInsecureHttp'] === true;
  return [
    ...urlProblems('baseUrl', baseUrl, allowsHttp),
    ...tokenEndpointProblems(tokenEndpoint, allowsHttp),
    ...allowedOriginsProblems(allowedOrigins, allowsHttp),
    ...choiceProblems(options, 'credentialsIn', ['form', 'query']),
    ...queryNameProblems(options),
  ];
}

function tokenEndpointProblems(
  endpoint: unknown,
  allowsHttp: boolean,
): string[] {
  if (endpoint === undefined) return [];
  const url =
    typeof endpoint === 'string'
      ? underBase(endpoint, DEFAULT_BASE_URL)
      : endpoint;
  return urlProblems('tokenEndpoint', url, allowsHttp);
}

function allowedOriginsProblems(
  origins: unknown,
  allowsHttp: boolean,
): string[] {
  if (origins === undefined) return [];
  if (!Array.isArray(origins) || origins.length === 0)
    return [
      `allowedOrigins must be a list of origins such as ['${DEFAULT_BASE_URL}'], not ${Array.isArray(origins) ? 'an empty one' : typeOf(origins)}.`,
    ];
  return origins.flatMap((origin: unknown, index) =>
    originProblems(`allowedOrigins[${index}]`, origin, allowsHttp),
  );
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
