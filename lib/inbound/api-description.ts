import { RequestMethod, SetMetadata, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import { TOKEN_ERROR_MESSAGES } from './token-error-response.js';

/**
 * The metadata keys of @nestjs/swagger, the same from version 7 to 12. It is not imported: in an app without it, nobody
 * reads them.
 */
export const ApiMetadata = {
  OPERATION: 'swagger/apiOperation',
  RESPONSES: 'swagger/apiResponse',
  PARAMETERS: 'swagger/apiParameters',
  CONSUMES: 'swagger/apiConsumes',
  EXCLUDED: 'swagger/apiExcludeEndpoint',
} as const;

/** Keeps a route out of the API's description, as `@ApiExcludeEndpoint()` of @nestjs/swagger does. */
export const NOT_DESCRIBED: MethodDecorator = SetMetadata(
  ApiMetadata.EXCLUDED,
  { disable: true },
);

/** What an operation answers, as the API's description has it, by status. */
export type ApiResponses = Readonly<Record<string | number, object>>;

/** What Nest keeps about a route, also from version 10 to 12. */
const HTTP_METHOD = 'method';
const HTTP_CODE = '__httpCode__';

/** How an answer says when to try again. */
export const RETRY_AFTER = {
  'Retry-After': {
    description: 'When to try again, in seconds.',
    schema: { type: 'integer' },
  },
};

const TOKEN_FAILURE = {
  headers: RETRY_AFTER,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['statusCode', 'message'],
        properties: {
          statusCode: { type: 'integer' },
          error: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
  },
};

const TOKEN_FAILURES: ApiResponses = Object.fromEntries(
  Object.entries(TOKEN_ERROR_MESSAGES).map(([status, description]) => [
    status,
    { description, ...TOKEN_FAILURE },
  ]),
);

/** A controller, or a function that handles requests. */
type Described = Type | ((...args: never[]) => unknown);

const reflector = new Reflector();

/**
 * Adds to the API's description what a guarded handler, or each one of a controller, answers without a token. What the app
 * describes itself stays as it is.
 *
 * @param handler - the handler; undefined for the whole controller.
 */
export function describeTokenFailures(
  controller: Type,
  handler: Described | undefined,
): void {
  // By then the decorators around this one have been applied, too, and those of the class.
  void Promise.resolve().then(() =>
    handler === undefined
      ? addResponses(controller, TOKEN_FAILURES)
      : describeHandler(controller, handler),
  );
}

function describeHandler(controller: Type, handler: Described): void {
  const ofController = Object.keys(responsesOf(controller) ?? {});
  const failures = Object.entries(TOKEN_FAILURES).filter(
    ([status]) => !ofController.includes(status),
  );
  addResponses(handler, {
    ...Object.fromEntries(failures),
    // @nestjs/swagger describes it by itself only where nothing else is described.
    ...(responsesOf(handler) ?? { [successOf(handler)]: { description: '' } }),
  });
}

function addResponses(target: Described, added: ApiResponses): void {
  const responses = { ...added, ...responsesOf(target) };
  SetMetadata(ApiMetadata.RESPONSES, responses)(target);
}

function responsesOf(target: Described): ApiResponses | undefined {
  return reflector.get<ApiResponses | undefined>(ApiMetadata.RESPONSES, target);
}

function successOf(handler: Described): number {
  const isPost =
    reflector.get<unknown>(HTTP_METHOD, handler) === RequestMethod.POST;
  return (
    reflector.get<number | undefined>(HTTP_CODE, handler) ??
    (isPost ? 201 : 200)
  );
}
