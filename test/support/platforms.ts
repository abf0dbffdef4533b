import type { INestApplication, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { TestingModule } from '@nestjs/testing';

/** The HTTP platforms that everything facing HTTP has to work on. */
export const platforms = [
  { platform: 'Express', adapter: ExpressAdapter },
  { platform: 'Fastify', adapter: FastifyAdapter },
] as const satisfies readonly { platform: string; adapter: Type }[];

/** One of the {@link platforms}. */
export type Platform = (typeof platforms)[number];

/** Boots a compiled module on a platform, listening on a free loopback port. */
export async function listen(
  module: TestingModule,
  { adapter }: Platform,
): Promise<{ app: INestApplication; url: string }> {
  const app = module.createNestApplication(new adapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}
