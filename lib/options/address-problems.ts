import { DEFAULT_BASE_URL, DEFAULT_TOKEN_ENDPOINT } from './aspose-cloud.js';
import { originProblems, urlProblems } from '../checks/url-checks.js';
import { DEFAULT_QUERY_NAMES } from '../client-credentials/token-request.js';
import {
  choiceProblems,
  isRecord,
  type RawOptions,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';
import { underBase } from './under-base.js';

/** What is wrong with where the APIs and tokens are, and who may receive a token. */
export function addressProblems(options: RawOptions): string[] {
  const { baseUrl = DEFAULT_BASE_URL, tokenEndpoint, allowedOrigins } = options;
  const allowsHttp = options['allowInsecureHttp'] === true;
  return [
    ...urlProblems('baseUrl', baseUrl, allowsHttp),
    ...tokenEndpointProblems(tokenEndpoint, allowsHttp),
    ...allowedOriginsProblems(allowedOrigins, baseUrl, allowsHttp),
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
    typeof endpoint === 'string' ? underBase(endpoint, DEFAULT_BASE_URL) : '';
  return URL.canParse(url)
    ? urlProblems('tokenEndpoint', url, allowsHttp)
    : [
        `tokenEndpoint must be a URL such as ${DEFAULT_BASE_URL}${DEFAULT_TOKEN_ENDPOINT}, or a path that begins with /.`,
      ];
}

function allowedOriginsProblems(
  origins: unknown,
  baseUrl: unknown,
  allowsHttp: boolean,
): string[] {
  if (origins === undefined) return [];
  if (!Array.isArray(origins) || origins.length === 0)
    return [
      `allowedOrigins must be a list of origins such as ['${DEFAULT_BASE_URL}'], not ${Array.isArray(origins) ? 'an empty one' : typeOf(origins)}.`,
    ];
  const problems = origins.flatMap((origin: unknown, index) =>
    originProblems(`allowedOrigins[${index}]`, origin, allowsHttp),
  );
  return problems.length > 0 ? problems : ownOriginProblems(origins, baseUrl);
}

function ownOriginProblems(
  origins: readonly string[],
  baseUrl: unknown,
): string[] {
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return [];
  const { origin } = new URL(baseUrl);
  return origins.some((allowed) => new URL(allowed).origin === origin)
    ? []
    : [
        `allowedOrigins lacks ${origin}, the origin of baseUrl: every relative call of AsposeHttpService would fail. Add it to allowedOrigins, or set baseUrl to where the APIs are.`,
      ];
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
    ...sameNameProblems(queryNames),
    ...Object.entries(queryNames)
      .filter(([, value]) => value !== undefined)
      .filter(([, value]) => typeof value !== 'string' || value === '')
      .map(([name]) => `queryNames.${name} must be the name of a parameter.`),
  ];
}

function sameNameProblems(queryNames: RawOptions): string[] {
  const {
    clientId = DEFAULT_QUERY_NAMES.clientId,
    clientSecret = DEFAULT_QUERY_NAMES.clientSecret,
  } = queryNames;
  return clientId === clientSecret
    ? [
        `queryNames has ${String(clientId)} for both the client id and the secret: name each parameter.`,
      ]
    : [];
}
