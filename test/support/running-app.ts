import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { onTestFinished } from 'vitest';

import { TokenClock } from '../../lib/index.js';
import type { Platform } from './platforms.js';
import { RecordingLogger } from './recording-logger.js';

/** An app that listens on a free loopback port. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly logger: RecordingLogger;
}

/** How an app differs from a plain one. */
export interface AppSettings {
  /** The clock of the token engine. */
  readonly clock?: TokenClock;
  /** Is given the app before it listens. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
}

/** Boots an app on a platform, until the test ends. */
export async function runApp(
  { adapter }: Platform,
  metadata: ModuleMetadata,
  { clock, configure }: AppSettings = {},
): Promise<RunningApp> {
  const logger = new RecordingLogger();
  const builder = Test.createTestingModule(metadata).setLogger(logger);
  if (clock !== undefined) builder.overrideProvider(TokenClock).useValue(clock);
  const module = await builder.compile();
  const app = module.createNestApplication(new adapter(), {
    logger,
    forceCloseConnections: true,
  });
  await configure?.(app);
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  return { app, url: await app.getUrl(), logger };
}
