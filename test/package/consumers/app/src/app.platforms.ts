import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** What the app runs on, by the name that `PLATFORM` has it by. */
export const platforms = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter(),
};
