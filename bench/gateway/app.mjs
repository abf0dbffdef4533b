// One Nest app that has every gateway, ours among them, each at a path of its own; and tells what a piece of work cost it.
import 'reflect-metadata';

import { Agent } from 'node:http';

import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import axios from 'axios';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { createProxyServer } from 'httpxy';
import replyFrom from '@fastify/reply-from';

import { AsposeAuthModule } from 'nestjs-aspose-auth';
import { AsposeGatewayModule } from 'nestjs-aspose-auth/gateway';

const [platform, target] = process.argv.slice(2);
const AUTHORIZATION = 'Bearer token';
const agent = new Agent({ keepAlive: true });

class OpenGuard {
  canActivate() {
    return true;
  }
}

/** What one writes by hand: the call is made again by axios, and both bodies are streamed. */
class HandWritten {
  async call(request, reply) {
    const raw = request.raw ?? request;
    const response = reply.raw ?? reply;
    const answer = await axios.request({
      url: target + raw.url.slice('/axios'.length),
      method: raw.method,
      headers: {
        authorization: AUTHORIZATION,
        ...(raw.headers['content-type'] && {
          'content-type': raw.headers['content-type'],
        }),
        ...(raw.headers['content-length'] && {
          'content-length': raw.headers['content-length'],
        }),
      },
      data: raw.method === 'GET' ? undefined : raw,
      responseType: 'stream',
      maxRedirects: 0,
      decompress: false,
      httpAgent: agent,
      maxBodyLength: Infinity,
      validateStatus: () => true,
    });
    reply.hijack?.();
    response.writeHead(answer.status, answer.headers.toJSON());
    answer.data.pipe(response);
  }
}
Controller('axios')(HandWritten);
UseGuards(OpenGuard)(HandWritten);
const method = Object.getOwnPropertyDescriptor(HandWritten.prototype, 'call');
All(platform === 'express' ? '{*rest}' : '*')(
  HandWritten.prototype,
  'call',
  method,
);
Req()(HandWritten.prototype, 'call', 0);
Res()(HandWritten.prototype, 'call', 1);

class AppModule {}
const app = await NestFactory.create(
  {
    module: AppModule,
    imports: [
      AsposeAuthModule.forRoot({
        clientId: 'id',
        clientSecret: 'of-the-bench',
        baseUrl: target,
        warmUp: 'require',
      }),
      AsposeGatewayModule.forRoot({
        path: 'ours',
        allow: ['GET /v4.0/**', 'PUT /v4.0/**'],
        guards: [OpenGuard],
        maxConcurrent: 1_000,
      }),
    ],
    controllers: [HandWritten],
  },
  platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(),
  // The others need the body unread.
  { logger: false, bodyParser: false },
);

const proxied = (settings) =>
  createProxyMiddleware({
    target,
    on: {
      proxyReq: (request) => request.setHeader('authorization', AUTHORIZATION),
    },
    ...settings,
  });
app.use('/hpm-default', proxied({}));
app.use('/hpm-keep-alive', proxied({ agent }));
const httpxy = createProxyServer({
  target,
  agent,
  headers: { authorization: AUTHORIZATION },
});
app.use('/httpxy', (request, response) => httpxy.web(request, response));

if (platform === 'fastify') {
  const instance = app.getHttpAdapter().getInstance();
  // Nothing is to be parsed.
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, payload, done) =>
    done(null, payload),
  );
  await instance.register(replyFrom, {
    base: target,
    http: { agents: { 'http:': agent } },
  });
  instance.all('/reply-from/*', (request, reply) =>
    reply.from(request.raw.url.slice('/reply-from'.length), {
      rewriteRequestHeaders: (_request, headers) => ({
        ...headers,
        authorization: AUTHORIZATION,
      }),
    }),
  );
}
await app.listen(0, '127.0.0.1');

let before = process.cpuUsage();
process.on('SIGTERM', () => process.exit());
process.on('message', (message) => {
  if (message === 'begin') before = process.cpuUsage();
  const { user, system } = process.cpuUsage(before);
  process.send({
    cpuUs: user + system,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  });
});
process.send(app.getHttpServer().address().port);
