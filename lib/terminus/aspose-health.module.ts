import { type DynamicModule, Module } from '@nestjs/common';

import {
  isRecord,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import { InvalidOptionsError } from '../errors/errors.js';
import {
  type AsposeHealthOptions,
  DEFAULT_HEALTH,
} from './aspose-health-options.interface.js';
import {
  AsposeHealthIndicator,
  HEALTH_OPTIONS,
} from './aspose-health.indicator.js';

/**
 * Provides {@link AsposeHealthIndicator} for health checks by `@nestjs/terminus`, in the module that imports it.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [TerminusModule, AsposeHealthModule],
 *   controllers: [HealthController],
 * })
 * export class HealthModule {}
 * ```
 */
@Module({
  providers: [
    { provide: HEALTH_OPTIONS, useValue: DEFAULT_HEALTH },
    AsposeHealthIndicator,
  ],
  exports: [AsposeHealthIndicator],
})
export class AsposeHealthModule {
  /**
   * Says when a client counts as down.
   *
   * @throws {InvalidOptionsError} that lists every problem at once.
   *
   * @example
   * ```ts
   * AsposeHealthModule.forRoot({ failWithoutToken: true });
   * ```
   */
  static forRoot(options: AsposeHealthOptions = {}): DynamicModule {
    const problems = optionProblems(options);
    if (problems.length > 0)
      throw new InvalidOptionsError(
        'AsposeHealthModule cannot start',
        problems,
      );
    const {
      failWithoutToken = DEFAULT_HEALTH.failWithoutToken,
      runwayMs = DEFAULT_HEALTH.runwayMs,
    } = options;
    return {
      module: AsposeHealthModule,
      providers: [
        { provide: HEALTH_OPTIONS, useValue: { failWithoutToken, runwayMs } },
      ],
    };
  }
}

function optionProblems(options: unknown): string[] {
  if (!isRecord(options))
    return [`The options must be an object, not ${typeOf(options)}.`];
  return [
    ...unknownNames(options, Object.keys(DEFAULT_HEALTH)),
    ...typeProblems(options, 'failWithoutToken', 'boolean'),
    ...runwayProblems(options['runwayMs']),
  ];
}

function runwayProblems(runwayMs: unknown): string[] {
  const isRight =
    runwayMs === undefined || (typeof runwayMs === 'number' && runwayMs >= 0);
  return isRight ? [] : ['runwayMs must be a number from 0 up.'];
}
