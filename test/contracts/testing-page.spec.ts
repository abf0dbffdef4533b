import { Controller, Get, Inject, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { firstValueFrom, map, of } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import * as library from '../../lib/index.js';
import * as testing from '../../lib/testing/index.js';
import { runSnippet, snippetWith } from '../support/run-snippet.js';

const { AsposeAuthModule, AsposeHttpService, AsposeTokenService, TokenClock } =
  library;

@Controller('storage')
class StorageController {
  constructor(
    @Inject(AsposeHttpService)
    private readonly aspose: library.AsposeHttpService,
  ) {}

  @Get()
  usage() {
    return this.aspose
      .get<{ UsedSize: number }>('/v4.0/cells/storage/disc')
      .pipe(map(({ data }) => ({ usedBytes: data.UsedSize })));
  }
}

/** The app of the quick start. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }),
    AsposeAuthModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        clientId: config.get<string>('ASPOSE_CLIENT_ID'),
        clientSecret: config.get<string>('ASPOSE_CLIENT_SECRET'),
        baseUrl: config.get<string>('ASPOSE_BASE_URL'),
      }),
    }),
  ],
  controllers: [StorageController],
})
class AppModule {}

const MODULES = {
  'nestjs-aspose-auth/testing': testing,
  '../src/app.module': { AppModule },
};

const NAMES = {
  ...testing,
  AppModule,
  AsposeHttpService,
  AsposeTokenService,
  StorageController,
  Test,
  TokenClock,
  afterAll,
  beforeAll,
  expect,
  firstValueFrom,
  it,
  of,
};

const runBlock = (words: string) =>
  runSnippet(snippetWith(words, 'docs/testing.md'), NAMES, MODULES);

afterEach(() => {
  for (const name of ['BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET'])
    delete process.env[`ASPOSE_${name}`];
});

describe('The whole test', async () => {
  await runBlock('beforeAll(');
});

it('answers a call of one class without an emulator', async () => {
  await runBlock('AsposeAuthTestingModule.forRoot()');
});

it('sees the app recover from a revocation', async () => {
  await runBlock('cloud.revokeAll()');
});

it('lets a token expire in an instant', async () => {
  await runBlock('new ManualTokenClock()');
});
