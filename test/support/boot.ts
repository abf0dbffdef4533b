import type { ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { onTestFinished } from 'vitest';

import { RecordingLogger } from './recording-logger.js';

/** Compiles a module of these imports, until the test ends. */
export async function boot(
  imports: NonNullable<ModuleMetadata['imports']>,
): Promise<TestingModule> {
  const module = await Test.createTestingModule({ imports })
    .setLogger(new RecordingLogger())
    .compile();
  onTestFinished(() => module.close());
  return module;
}
