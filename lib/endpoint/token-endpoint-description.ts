import { applyDecorators, SetMetadata } from '@nestjs/common';

import {
  ApiMetadata,
  type ApiResponses,
  RETRY_AFTER,
} from '../inbound/api-description.js';
import type { TokenEndpointShape } from './token-endpoint-options.interface.js';

type Mode = TokenEndpointShape['mode'];

const SUMMARIES: Readonly<Record<Mode, string>> = {
  forward: 'Get an access token for a client id and secret',
  broker: 'Get an access token',
};

const GRANT_TYPE = { type: 'string', enum: ['client_credentials'] };

const FIELDS = {
  forward: {
    type: 'object',
    required: ['client_id', 'client_secret'],
    properties: {
      grant_type: GRANT_TYPE,
      client_id: { type: 'string' },
      client_secret: { type: 'string', format: 'password' },
      scope: { type: 'string' },
    },
  },
  broker: {
    type: 'object',
    properties: {
      grant_type: GRANT_TYPE,
      unauthorized_token_sha256: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        description:
          'The SHA-256 of a token that an API has just answered 401 to.',
      },
    },
  },
} as const;

const TOKEN: ApiResponses = {
  200: answer('An access token.', {
    type: 'object',
    required: ['access_token', 'token_type'],
    properties: {
      access_token: { type: 'string' },
      expires_in: { type: 'integer', description: 'In seconds.' },
      token_type: { type: 'string', enum: ['Bearer'] },
    },
  }),
};

const FAILURES: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or the credentials are refused.',
  401: 'The caller is not known.',
  403: 'The caller may not have a token.',
  413: 'The request is too large.',
  415: 'The request is neither a form nor JSON in UTF-8.',
  429: 'The caller asks too often.',
  502: 'Aspose Cloud gave no usable answer.',
  503: 'No access token is available right now.',
  504: 'Aspose Cloud did not answer in time.',
};

const RETRIED = [429, 502, 503, 504];

/** Describes the POST of a token endpoint to @nestjs/swagger, if the app has it. */
export function describeTokenEndpoint(mode: Mode): MethodDecorator {
  const body = {
    in: 'body',
    // Without it, @nestjs/swagger looks for a class.
    type: String,
    required: mode === 'forward',
    schema: FIELDS[mode],
  };
  return applyDecorators(
    SetMetadata(ApiMetadata.OPERATION, { summary: SUMMARIES[mode] }),
    SetMetadata(ApiMetadata.CONSUMES, [
      'application/x-www-form-urlencoded',
      'application/json',
    ]),
    SetMetadata(ApiMetadata.PARAMETERS, [body]),
    SetMetadata(ApiMetadata.RESPONSES, { ...TOKEN, ...failures() }),
  );
}

function failures(): ApiResponses {
  const error = {
    type: 'object',
    required: ['error'],
    properties: {
      error: { type: 'string' },
      error_description: { type: 'string' },
    },
  };
  return Object.fromEntries(
    Object.entries(FAILURES).map(([status, description]) => [
      status,
      {
        ...answer(description, error),
        ...(RETRIED.includes(Number(status)) && { headers: RETRY_AFTER }),
      },
    ]),
  );
}

function answer(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}
