import { NestFactory } from '@nestjs/core';

import { AppModule } from './app.module.js';
import { platforms } from './app.platforms.js';

async function bootstrap(): Promise<void> {
  const platform = platforms[process.env['PLATFORM'] as keyof typeof platforms];
  const app = await NestFactory.create(AppModule, platform(), {
    logger: ['error'],
  });
  app.enableShutdownHooks();
  await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
  console.log(await app.getUrl());
}

void bootstrap();
