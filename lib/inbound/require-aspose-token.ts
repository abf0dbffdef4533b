import {
  applyDecorators,
  SetMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';

import {
  isRecord,
  problemsIn,
  typeOf,
  unknownNames,
} from '../checks/option-checks.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { minimumProblems } from '../token/token-lifetime.js';
import { describeTokenFailures } from './api-description.js';
import { AsposeTokenGuard } from './aspose-token.guard.js';
import {
  type RequireAsposeTokenOptions,
  requirementsOf,
  REQUIREMENTS,
} from './requirements.js';

/**
 * Makes sure that a valid Aspose token is available before a handler, or any handler of a controller, runs.
 *
 * Put it above your own guards: decorators apply from the bottom up, so that yours run first and turn strangers away
 * before a token is fetched. @nestjs/swagger shows its 502, 503 and 504, unless you describe them yourself.
 *
 * @throws {InvalidOptionsError} as the class is declared, when `minValidityMs` is not a finite number from 0 up.
 *
 * @example
 * ```ts
 * @Post('convert')
 * @RequireAsposeToken({ minValidityMs: 120_000 })
 * @UseGuards(SessionGuard)
 * convert(@UploadedFile() workbook: Express.Multer.File) {}
 * ```
 */
export function RequireAsposeToken(
  options: RequireAsposeTokenOptions = {},
): MethodDecorator & ClassDecorator {
  return <Method>(
    target: object,
    handler?: string | symbol,
    descriptor?: TypedPropertyDescriptor<Method>,
  ): void => {
    const problems = requirementProblems(options);
    if (problems.length > 0)
      throw new InvalidOptionsError(
        `@RequireAsposeToken() cannot be put on ${nameOf(target, handler)}`,
        problems,
      );
    const before = requirementsOf((descriptor?.value as object) ?? target);
    const decorators = [
      SetMetadata(REQUIREMENTS, [options, ...before]),
      ...(before.length > 0
        ? []
        : [UseGuards(AsposeTokenGuard), describesTokenFailures]),
    ];
    applyDecorators(...decorators)(target, handler, descriptor);
  };
}

function requirementProblems(options: unknown): string[] {
  if (!isRecord(options))
    return [`The options must be an object, not ${typeOf(options)}.`];
  const { minValidityMs = 0, client } = options;
  return [
    ...unknownNames(options, ['minValidityMs', 'client']),
    ...minimumProblems(minValidityMs),
    ...problemsIn({
      'minValidityMs must be finite: a token lives for a day at the most.':
        minValidityMs === Infinity,
      'client must be the name of a client.':
        client !== undefined && typeof client !== 'string',
    }),
  ];
}

function nameOf(target: object, handler: string | symbol | undefined): string {
  return handler === undefined
    ? (target as { readonly name: string }).name
    : `${target.constructor.name}.${String(handler)}`;
}

const describesTokenFailures = (
  target: object,
  _name?: string | symbol,
  descriptor?: PropertyDescriptor,
): void =>
  descriptor === undefined
    ? describeTokenFailures(target as Type, undefined)
    : describeTokenFailures(target.constructor as Type, descriptor.value);
