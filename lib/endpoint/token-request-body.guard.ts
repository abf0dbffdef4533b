import type { Readable } from 'node:stream';

import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

import { InvalidOptionsError } from '../errors/errors.js';
import { SystemTokenClock, TokenClock } from '../token/token-clock.js';
import { OAuthError } from './endpoint-answer.js';
import {
  bodyStateOf,
  parseBody,
  readStream,
  type ReceivedRequest,
} from './received-body.js';
import { CANNOT_START } from './token-endpoint-problems.js';

const FORM = 'application/x-www-form-urlencoded';

/** What this package needs of the platform's own instance. */
interface FastifyInstance {
  hasContentTypeParser(type: string): boolean;
}

/**
 * Sees to it that the body of a token request is parsed, also where the app's own parsers leave it alone.
 *
 * A guard, since the guards of an endpoint look for the caller's key in the body, too: it runs before them.
 */
@Injectable()
export class TokenRequestBodyGuard implements CanActivate, OnModuleInit {
  private readonly logger = new Logger('AsposeTokenEndpoint');
  private readonly adapterHost: HttpAdapterHost;
  private readonly clock: TokenClock;
  private hasToldOfLoss = false;

  constructor(
    adapterHost: HttpAdapterHost,
    @Optional()
    @Inject(TokenClock)
    clock: TokenClock = new SystemTokenClock(),
  ) {
    this.adapterHost = adapterHost;
    this.clock = clock;
  }

  /** Fastify turns down a type that it has no parser for, before anything of Nest's runs. */
  onModuleInit(): void {
    // There is none in an app without a server.
    const adapter = this.adapterHost.httpAdapter as
      HttpAdapterHost['httpAdapter'] | undefined;
    if (adapter?.getType() !== 'fastify') return;
    const fastify = adapter.getInstance<FastifyInstance>();
    if (!fastify.hasContentTypeParser(FORM))
      throw new InvalidOptionsError(CANNOT_START, [
        `Fastify has no parser for ${FORM}, and so would answer 415 to token requests. With bodyParser: false, call app.useBodyParser('${FORM}') before the app starts. Do so also beside a parser for '*' or a RegExp: Fastify does not tell of these.`,
      ]);
  }

  async canActivate(context: ExecutionContext): Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<ReceivedRequest & { raw?: Readable }>();
    const stream = request.raw ?? (request as unknown as Readable);
    const state = bodyStateOf(request, stream);
    if (state.at === 'kept')
      request.body = parseBody(state.sent, request.headers);
    if (state.at === 'stream')
      request.body = await this.read(stream, request, http.getResponse());
    if (state.at === 'lost') throw this.lost();
    return true;
  }

  /** The operator has to know: it is no fault of the caller's. */
  private lost(): OAuthError {
    if (!this.hasToldOfLoss)
      this.logger.error(
        'Something in this app reads the bodies of token requests before the token endpoint does, and leaves nothing of them in request.body: they are answered 500.',
      );
    this.hasToldOfLoss = true;
    return new OAuthError(
      500,
      'The body was read before it came here, and nothing of it was kept.',
    );
  }

  private async read(
    stream: Readable,
    { headers }: ReceivedRequest,
    response: unknown,
  ): Promise<unknown> {
    try {
      return parseBody(await readStream(stream, headers, this.clock), headers);
    } catch (error) {
      // Node would wait for the rest of a body that never ends.
      if (error instanceof OAuthError && error.status === 408)
        this.adapterHost.httpAdapter.setHeader(response, 'connection', 'close');
      throw error;
    }
  }
}
