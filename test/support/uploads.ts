import multipart, { type MultipartFile } from '@fastify/multipart';
import {
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Platform } from './platforms.js';

/** A request with what its caller uploaded, if that was a file. */
export interface UploadRequest {
  readonly file?: { readonly buffer: Uint8Array<ArrayBuffer> };
}

/** Reads an upload the way of the platform: by multer on Express, by `@fastify/multipart` on Fastify. */
export function uploadInterceptor({
  platform,
}: Platform): Type<NestInterceptor> {
  return platform === 'Express'
    ? FileInterceptor('file')
    : FastifyUploadInterceptor;
}

/** Has an app accept uploads, before it listens. */
export async function acceptUploads(app: INestApplication): Promise<void> {
  if (app.getHttpAdapter().getType() === 'fastify')
    await (app as NestFastifyApplication).register(multipart);
}

interface FastifyRequest {
  isMultipart(): boolean;
  file: unknown;
}

@Injectable()
class FastifyUploadInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.isMultipart()) {
      const read = request.file as () => Promise<MultipartFile>;
      const upload = await read.call(request);
      request.file = { buffer: await upload.toBuffer() };
    }
    return next.handle();
  }
}
