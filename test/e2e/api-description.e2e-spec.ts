import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Injectable,
  Post,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import {
  ApiBadGatewayResponse,
  ApiOkResponse,
  ApiProperty,
  ApiResponse,
  ApiSecurity,
  ApiServiceUnavailableResponse,
  ApiTags,
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { describe, expect, it } from 'vitest';

import {
  AsposeTokenEndpointModule,
  type TokenEndpointOptions,
} from '../../lib/endpoint/index.js';
import { RequireAsposeToken } from '../../lib/index.js';
import { nestApp } from '../support/nest-app.js';
import { platforms } from '../support/platforms.js';
import { callEndpoint } from '../support/token-endpoint.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

const guards = [{ canActivate: () => true }];

async function documentOf(
  controllers: Type[],
  ...endpoints: TokenEndpointOptions[]
): Promise<OpenAPIObject> {
  const [express] = platforms;
  const { app } = await nestApp()
    .with({ accessToken: 'static' })
    .declaring({ controllers })
    .importing(
      ...endpoints.map((options) => AsposeTokenEndpointModule.forRoot(options)),
    )
    .on(express)
    .start();
  return SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .addApiKey(
        { type: 'apiKey', name: 'x-service-key', in: 'header' },
        'service-key',
      )
      .build(),
  );
}

async function endpointOf(options: TokenEndpointOptions): Promise<Operation> {
  const { paths } = await documentOf([], options);
  return paths['/v4.0/cells/connect/token']?.post as Operation;
}

describe('a token endpoint in the description of an API', () => {
  it('shows the request of a forwarder, as a form and as JSON', async () => {
    const { summary, requestBody } = await endpointOf({
      mode: 'forward',
      guards,
    });

    expect(summary).toBe('Get an access token for a client id and secret');
    const schema = {
      type: 'object',
      required: ['client_id', 'client_secret'],
      properties: {
        grant_type: { type: 'string', enum: ['client_credentials'] },
        client_id: { type: 'string' },
        client_secret: { type: 'string', format: 'password' },
        scope: { type: 'string' },
      },
    };
    expect(requestBody).toEqual({
      required: true,
      content: {
        'application/x-www-form-urlencoded': { schema },
        'application/json': { schema },
      },
    });
  });

  it('shows what a caller may tell a broker', async () => {
    const { summary, requestBody } = await endpointOf({
      mode: 'broker',
      guards,
    });

    expect(summary).toBe('Get an access token');
    expect(requestBody).toMatchObject({
      required: false,
      content: {
        'application/x-www-form-urlencoded': {
          schema: {
            properties: {
              grant_type: { enum: ['client_credentials'] },
              unauthorized_token_sha256: { pattern: '^[0-9a-f]{64}$' },
            },
          },
        },
      },
    });
    expect(JSON.stringify(requestBody)).not.toContain('client_secret');
  });

  it.each(['forward', 'broker'] as const)(
    'shows what a %s answers',
    async (mode) => {
      const { responses, parameters } = await endpointOf({ mode, guards });

      expect(Object.keys(responses)).toEqual(
        [200, 400, 401, 403, 413, 415, 429, 502, 503, 504].map(String),
      );
      expect(responses['200']).toMatchObject({
        content: {
          'application/json': {
            schema: {
              properties: {
                access_token: { type: 'string' },
                expires_in: { type: 'integer' },
                token_type: { enum: ['Bearer'] },
              },
            },
          },
        },
      });
      expect(responses['503']).toMatchObject({
        headers: { 'Retry-After': {} },
        content: {
          'application/json': {
            schema: { properties: { error: {}, error_description: {} } },
          },
        },
      });
      expect(parameters).toEqual([]);
    },
  );

  it('shows how the guard of the endpoint knows callers, and tags', async () => {
    const { security, tags } = await endpointOf({
      mode: 'broker',
      guards,
      decorators: [ApiSecurity('service-key'), ApiTags('Tokens')],
    });

    expect(security).toEqual([{ 'service-key': [] }]);
    expect(tags).toContain('Tokens');
  });
});

describe('decorators of a token endpoint', () => {
  const Public = () => SetMetadata('isPublic', true);

  @Injectable()
  class AppGuard implements CanActivate {
    constructor(private readonly reflector: Reflector) {}

    canActivate(context: ExecutionContext): boolean {
      return this.reflector.get<boolean>('isPublic', context.getClass());
    }
  }

  it.each(platforms)(
    'are seen by the guards of the app on $platform',
    async (platform) => {
      const { url } = await nestApp()
        .with({ accessToken: 'static' })
        .declaring({ providers: [{ provide: APP_GUARD, useClass: AppGuard }] })
        .importing(
          AsposeTokenEndpointModule.forRoot({
            mode: 'broker',
            guards,
            decorators: [Public()],
          }),
          AsposeTokenEndpointModule.forRootAsync({
            mode: 'broker',
            path: 'async/token',
            guards,
            decorators: [Public()],
            useFactory: () => ({}),
          }),
          AsposeTokenEndpointModule.forRoot({
            mode: 'broker',
            path: 'closed/token',
            guards,
          }),
        )
        .on(platform)
        .start();

      const statuses = [];
      for (const path of [undefined, 'async/token', 'closed/token'])
        statuses.push((await callEndpoint(url, {}, path)).status);

      expect(statuses).toEqual([200, 200, 403]);
    },
  );
});

class Report {
  @ApiProperty()
  readonly name!: string;
}

@Controller('methods')
class GuardedMethods {
  @Post('plain')
  @RequireAsposeToken()
  plain(): void {}

  @RequireAsposeToken()
  @HttpCode(202)
  @Post('accepted')
  accepted(): void {}

  @Get('plain')
  @RequireAsposeToken()
  get(): void {}

  @Get('above')
  @ApiServiceUnavailableResponse({ description: 'mine', type: Report })
  @ApiOkResponse({ type: Report })
  @RequireAsposeToken()
  above(): void {}

  @Get('below')
  @RequireAsposeToken()
  @ApiServiceUnavailableResponse({ description: 'mine', type: Report })
  @ApiOkResponse({ type: Report })
  below(): void {}

  @Get('unguarded')
  unguarded(): void {}
}

@Controller('class-above')
@ApiServiceUnavailableResponse({ description: 'mine', type: Report })
@RequireAsposeToken()
class GuardedClass {
  @Get()
  get(): void {}

  @Post()
  @ApiBadGatewayResponse({ description: 'mine' })
  post(): void {}
}

@Controller('class-below')
@RequireAsposeToken()
@ApiServiceUnavailableResponse({ description: 'mine', type: Report })
class GuardedClassBelow {
  @Get()
  get(): void {}
}

@Controller('inherited')
class Inherited extends GuardedClassBelow {}

@Controller('described-class')
@ApiResponse({ status: 503, description: 'mine', type: Report })
class GuardedMethodOfDescribedClass {
  @Get()
  @RequireAsposeToken()
  get(): void {}
}

describe('@RequireAsposeToken() in the description of an API', () => {
  const OURS = {
    502: 'Aspose Cloud gave no usable access token.',
    503: 'No Aspose Cloud access token is available right now.',
    504: 'Aspose Cloud gave no access token in time.',
  };
  const of = (paths: OpenAPIObject['paths'], path: string, method: string) => {
    const operation = paths[path]?.[method as 'get'];
    const entries = Object.entries(operation?.responses ?? {});
    return Object.fromEntries(
      entries.map(([status, response]) => [
        status,
        (response as { description: string }).description,
      ]),
    );
  };

  it.each([
    ['post', '/methods/plain', { 201: '', ...OURS }],
    ['post', '/methods/accepted', { 202: '', ...OURS }],
    ['get', '/methods/plain', { 200: '', ...OURS }],
    ['get', '/methods/above', { 200: '', ...OURS, 503: 'mine' }],
    ['get', '/methods/below', { 200: '', ...OURS, 503: 'mine' }],
    ['get', '/methods/unguarded', { 200: '' }],
    ['get', '/class-above', { 200: '', ...OURS, 503: 'mine' }],
    ['post', '/class-above', { ...OURS, 502: 'mine', 503: 'mine' }],
    ['get', '/class-below', { 200: '', ...OURS, 503: 'mine' }],
    ['get', '/inherited', { 200: '', ...OURS, 503: 'mine' }],
    ['get', '/described-class', { 200: '', ...OURS, 503: 'mine' }],
  ])('%s %s', async (method, path, expected) => {
    const { paths } = await documentOf([
      GuardedMethods,
      GuardedClass,
      GuardedClassBelow,
      Inherited,
      GuardedMethodOfDescribedClass,
    ]);

    expect(of(paths, path, method)).toEqual(expected);
  });

  it.each(['/methods/above', '/methods/below', '/class-above'])(
    'leaves the type that %s describes as it is',
    async (path) => {
      const { paths } = await documentOf([GuardedMethods, GuardedClass]);

      expect(paths[path]?.get?.responses[503]).toEqual({
        description: 'mine',
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Report' },
          },
        },
      });
    },
  );

  it('shows what a caller gets: the body of Nest, and when to try again', async () => {
    const { paths } = await documentOf([GuardedMethods]);

    expect(paths['/methods/plain']?.post?.responses['503']).toEqual({
      description: OURS[503],
      headers: {
        'Retry-After': {
          description: 'When to try again, in seconds.',
          schema: { type: 'integer' },
        },
      },
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
    });
  });
});
