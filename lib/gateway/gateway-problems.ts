import {
  isRecord,
  numberProblems,
  problemsIn,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import { originProblems } from '../checks/url-checks.js';
import { noSuchClient } from '../clients/client-names.js';
import { hasCallerGuard } from '../inbound/caller-guards.js';
import { completeSource } from '../token/token-layer.js';
import type { TokenSource } from '../token/token-source.js';
import { allowProblems } from './allow-list.js';
import type {
  GatewayPolicy,
  GatewayShape,
} from './aspose-gateway-options.interface.js';
import { passedHeaderProblems } from './request-headers.js';

/** How every list of problems of a gateway begins. */
export const CANNOT_START = 'AsposeGatewayModule cannot start';

const KNOWN_OPTIONS: readonly (keyof GatewayPolicy)[] = [
  'allow',
  'tenant',
  'headers',
  'maxBodyBytes',
  'maxConcurrent',
  'idleTimeoutMs',
  'trustedOrigins',
  'csrf',
  'agent',
  'public',
];

/** Segments, none of them of dots. */
const PATH = /^\/?(?!\.+(?:\/|$))[\w.-]+(?:\/(?!\.+(?:\/|$))[\w.-]+)*\/?$/;

/** Lists what Nest would fail on obscurely, before anything is checked at boot. */
export function shapeProblems(shape: unknown): string[] {
  if (!isRecord(shape))
    return [`The options must be an object, not ${typeOf(shape)}.`];
  const { path, client, guards, decorators, imports } = shape;
  const isOther = (value: unknown) =>
    value !== undefined && !Array.isArray(value);
  return problemsIn({
    "path must be a text such as 'aspose': the segments that the gateway is below, of letters, digits, _, . and -.":
      typeof path !== 'string' || !PATH.test(path),
    'client must be the name of a client.':
      client !== undefined && typeof client !== 'string',
    'guards must be a list: guards: [SessionGuard].': isOther(guards),
    "decorators must be a list: decorators: [Roles('editor')].":
      isOther(decorators),
    'imports must be a list: imports: [SessionModule].': isOther(imports),
  });
}

/** What a gateway finds in the app. */
export interface GatewaySurroundings {
  readonly client: string;
  /** The client's; undefined where the gateway cannot see it. */
  readonly tokens: TokenSource | undefined;
  /** The path of the client's token endpoint below its `baseUrl`; undefined if it is elsewhere. */
  readonly tokenPath: string | undefined;
  /** The names of all clients of the app. */
  readonly names: readonly string[];
  /** A path at or below the gateway's that something else of this package serves. */
  readonly contestedPath: string | undefined;
  /** Whether the app listens already. */
  readonly isLate: boolean;
}

/** Lists what is wrong with a gateway; empty if the app may open it. */
export function gatewayProblems(
  { guards = [] }: GatewayShape,
  policy: unknown,
  {
    client,
    tokens,
    tokenPath,
    names,
    contestedPath,
    isLate,
  }: GatewaySurroundings,
): string[] {
  if (!isRecord(policy))
    return [
      `The policy must be an object, not ${typeOf(policy)}. Did the factory forget to return it?`,
    ];
  const { allow, headers, agent, trustedOrigins } = policy;
  return [
    ...unknownNames(policy, KNOWN_OPTIONS),
    ...allowProblems(allow, tokenPath),
    ...passedHeaderProblems(headers),
    ...originsProblems(trustedOrigins),
    ...countProblems(policy, 'maxBodyBytes'),
    ...countProblems(policy, 'maxConcurrent'),
    ...numberProblems(policy, 'idleTimeoutMs'),
    ...typeProblems(policy, 'tenant', 'function'),
    ...typeProblems(policy, 'csrf', 'boolean'),
    ...typeProblems(policy, 'public', 'boolean'),
    ...clientProblems(client, tokens, names),
    ...problemsIn({
      'agent must be an agent of node:http or node:https.':
        agent !== undefined && typeof Object(agent).addRequest !== 'function',
      'Anyone could call Aspose at your expense: name a guard of yours that decides who may, or set public: true if guards of the whole app do. AsposeTokenGuard does not.':
        policy['public'] !== true && !hasCallerGuard(guards),
      'tenant has no effect: the client has credentials of its own. Give it the option tenants in their place.':
        policy['tenant'] !== undefined &&
        tokens !== undefined &&
        completeSource(tokens, []).explain().mode === 'client-credentials',
      [`path: something else of this package serves /${contestedPath}, which is at or below it. Give one of the two another path.`]:
        contestedPath !== undefined,
      'The app listens already, and Nest adds no routes then: import it in a module that is not loaded lazily.':
        isLate,
    }),
  ];
}

function originsProblems(origins: unknown): string[] {
  if (origins === undefined) return [];
  if (!Array.isArray(origins))
    return [
      "trustedOrigins must be a list of origins such as ['https://app.example.com'].",
    ];
  return origins.flatMap((origin, index) =>
    originProblems(`trustedOrigins[${index}]`, origin, true),
  );
}

function countProblems(
  policy: Readonly<Record<string, unknown>>,
  name: string,
): string[] {
  const value = policy[name];
  const isRight =
    value === undefined || (Number.isSafeInteger(value) && Number(value) > 0);
  return isRight ? [] : [`${name} must be a whole number above 0.`];
}

function clientProblems(
  client: string,
  tokens: TokenSource | undefined,
  names: readonly string[],
): string[] {
  if (tokens !== undefined) return [];
  return names.length > 0 && !names.includes(client)
    ? [noSuchClient(client, names)]
    : [
        'There is no AsposeAuthModule whose tokens could be attached: register it in the root module. If it has isGlobal: false, name the module that exports it in imports.',
      ];
}
