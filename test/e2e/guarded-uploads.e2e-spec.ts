import multipart, { type MultipartFile } from '@fastify/multipart';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StorageEngine } from 'multer';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { RequireAsposeToken } from '../../lib/index.js';
import { startCloud } from '../support/cloud.js';
import { type Platform, platforms } from '../support/platforms.js';
import { nestApp } from '../support/nest-app.js';

const MiB = 1024 * 1024;

/** A controller that takes an upload, and the steps that an upload gets to. */
function uploads(platform: Platform) {
  const steps: string[] = [];

  @Injectable()
  class NotingPipe implements PipeTransform<string> {
    transform(value: string): string {
      steps.push('pipe');
      return value;
    }
  }

  @Controller()
  class UploadController {
    @Post('convert')
    @RequireAsposeToken()
    @UseInterceptors(parser(platform, steps))
    convert(@Query('format', NotingPipe) format: string): string {
      steps.push('handler');
      return format;
    }
  }
  return { steps, UploadController };
}

/** Reads the file the way of the platform, and notes its size. */
function parser({ platform }: Platform, steps: string[]) {
  const note = (content: string) => steps.push(`file of ${content.length}`);
  if (platform === 'Express') {
    const storage: StorageEngine = {
      _handleFile: (_request, { stream }, done) => {
        const read = async () => ({ size: note(await text(stream)) });
        callbackify(read)(done);
      },
      _removeFile: (_request, _file, done) => done(null),
    };
    return FileInterceptor('file', { storage });
  }

  @Injectable()
  class MultipartInterceptor implements NestInterceptor {
    async intercept(context: ExecutionContext, next: CallHandler) {
      const request = context
        .switchToHttp()
        .getRequest<{ file(): Promise<MultipartFile> }>();
      note(await text((await request.file()).file));
      return next.handle();
    }
  }
  return MultipartInterceptor;
}

async function registerMultipart(
  { platform }: Platform,
  app: INestApplication,
): Promise<void> {
  if (platform === 'Fastify')
    await (app as NestFastifyApplication).register(multipart, {
      limits: { fileSize: 20 * MiB },
    });
}

describe.each(platforms)('An upload on $platform', (platform) => {
  const setUp = async () => {
    const cloud = await startCloud();
    const { steps, UploadController } = uploads(platform);
    const { url } = await nestApp()
      .overCloud(cloud)
      .with({ retry: { attempts: 1 } })
      .declaring({ controllers: [UploadController] })
      .prepared((app) => registerMultipart(platform, app))
      .on(platform)
      .start();
    const upload = (size: number) => {
      const body = new FormData();
      body.append('file', new Blob(['x'.repeat(size)]), 'book.xlsx');
      return fetch(`${url}/convert?format=pdf`, { method: 'POST', body });
    };
    return { cloud, steps, upload };
  };

  it('that is let in is parsed, piped and handled', async () => {
    const { steps, upload } = await setUp();

    const answer = await upload(MiB);

    expect(await answer.text()).toBe('pdf');
    expect(steps).toStrictEqual([`file of ${MiB}`, 'pipe', 'handler']);
  });

  it.each([1, 10 * MiB])(
    'of %i bytes that is refused reaches neither parser nor pipe nor handler',
    async (size) => {
      const { cloud, steps, upload } = await setUp();
      cloud.failNext({ kind: 'throttle', retryAfter: '5' });

      const answer = await upload(size);

      expect(answer.status).toBe(503);
      expect(answer.headers.get('Retry-After')).toBe('5');
      expect(steps).toStrictEqual([]);
    },
  );
});
