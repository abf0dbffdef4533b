import { addressProblems } from './address-problems.js';
import type { AsposeAuthModuleOptions } from './aspose-auth-options.interface.js';
import { authProblems } from './auth-problems.js';
import { axiosProblems, tokenAxiosProblems } from '../checks/axios-checks.js';
import {
  choiceProblems,
  isRecord,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import { settingsProblems } from './settings-problems.js';

const KNOWN_OPTIONS: Record<keyof AsposeAuthModuleOptions, true> = {
  clientId: true,
  clientSecret: true,
  credentials: true,
  accessToken: true,
  auth: true,
  baseUrl: true,
  tokenEndpoint: true,
  credentialsIn: true,
  queryNames: true,
  allowedOrigins: true,
  refresh: true,
  timeouts: true,
  retry: true,
  axios: true,
  fetch: true,
  tokenAxios: true,
  warmUp: true,
  allowInsecureHttp: true,
};

/** Lists everything that is wrong with the options; a secret is in none of it. */
export function optionProblems(options: unknown): string[] {
  if (!isRecord(options))
    return [
      `The options must be an object, not ${typeOf(options)}. Did the factory forget to return them?`,
    ];
  const { isGlobal, ...known } = options;
  return [
    ...(isGlobal === undefined
      ? []
      : [
          'isGlobal is no result of a factory: pass it to forRootAsync() itself.',
        ]),
    ...unknownNames(known, KNOWN_OPTIONS),
    ...authProblems(options),
    ...addressProblems(options),
    ...choiceProblems(options, 'warmUp', ['background', 'require', 'off']),
    ...typeProblems(options, 'allowInsecureHttp', 'boolean'),
    ...axiosProblems(options),
    ...typeProblems(options, 'fetch', 'function'),
    ...tokenAxiosProblems(options, 'timeouts.attemptMs'),
    ...settingsProblems(options),
  ];
}
