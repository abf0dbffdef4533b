import { DEFAULT_RETRY } from '../credential/back-off.js';
import { DEFAULT_REFRESH } from '../token/token-lifetime.js';
import { DEFAULT_TIMEOUTS } from './aspose-auth-options.interface.js';
import {
  isPositive,
  isRecord,
  numberProblems,
  type RawOptions,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';

/** What is wrong with the numbers in `refresh`, `timeouts` and `retry`. */
export function settingsProblems(options: RawOptions): string[] {
  return [
    ...groupProblems(options, 'refresh', DEFAULT_REFRESH),
    ...groupProblems(options, 'timeouts', DEFAULT_TIMEOUTS),
    ...groupProblems(options, 'retry', DEFAULT_RETRY),
    ...relationProblems(options),
  ];
}

function groupProblems(
  options: RawOptions,
  group: string,
  defaults: object,
): string[] {
  const settings = options[group];
  if (settings === undefined) return [];
  if (!isRecord(settings))
    return [`${group} must be an object, not ${typeOf(settings)}.`];
  return [
    ...unknownNames(settings, defaults, `${group}.`),
    ...numberProblems(settings, Object.keys(defaults), `${group}.`),
  ];
}

function relationProblems(options: RawOptions): string[] {
  const { earliest, latest } = filled(options['refresh'], DEFAULT_REFRESH);
  const { attemptMs, flightMs } = filled(options['timeouts'], DEFAULT_TIMEOUTS);
  const { attempts } = filled(options['retry'], DEFAULT_RETRY);
  const problems: string[] = [];
  if (earliest > latest)
    problems.push(
      `refresh.earliest (${earliest}) must not be above refresh.latest (${latest}); what is not set has its default.`,
    );
  if (latest >= 0.9)
    problems.push(
      'refresh.latest must be below 0.9: the last tenth of a lifetime is kept for failures.',
    );
  if (attemptMs > flightMs)
    problems.push(
      `timeouts.attemptMs (${attemptMs}) must not be above timeouts.flightMs (${flightMs}); what is not set has its default.`,
    );
  if (!Number.isInteger(attempts))
    problems.push('retry.attempts must be a whole number.');
  return problems;
}

function filled<T extends object>(settings: unknown, defaults: T): T {
  return isRecord(settings)
    ? {
        ...defaults,
        ...Object.fromEntries(
          Object.entries(settings).filter(([, value]) => isPositive(value)),
        ),
      }
    : defaults;
}
