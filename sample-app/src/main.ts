import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';

import { AppModule } from './app.module.js';

const fixture = fileURLToPath(
  new URL('../fixtures/quarterly-sales.xlsx', import.meta.url),
);

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();

  const config = app.get(ConfigService);
  const port = config.get<string>('PORT') || 3000;
  // Other machines reach the app only where HOST says so: not all of its routes ask who calls.
  const host = config.get<string>('HOST') || '127.0.0.1';
  try {
    await app.listen(port, host);
  } catch (error) {
    // The port is in use, for example: Nest has logged it.
    if ((error as NodeJS.ErrnoException).syscall !== 'listen') throw error;
    await app.close();
    process.exit(1);
  }

  // npm runs a workspace's script in the workspace, not in the user's folder.
  const workbook = relative(process.env.INIT_CWD ?? '.', fixture);
  console.log(`Open http://localhost:${port} in a browser, or try:
  curl -F "file=@${workbook}" -o quarterly-sales.pdf "http://localhost:${port}/convert?format=pdf"`);
}
await bootstrap();
