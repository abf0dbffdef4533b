import { Test } from '@nestjs/testing';
import {
  AsposeAuthErrorCode,
  AsposeAuthModule,
  AsposeHttpService,
  AsposeTokenService,
  getAsposeHttpToken,
} from 'nestjs-aspose-auth';
import {
  AsposeAuthTestingModule,
  AsposeCloudEmulator,
  overrideAsposeAuth,
} from 'nestjs-aspose-auth/testing';
import { firstValueFrom } from 'rxjs';

import { AppModule } from './app.module.js';
import { platforms } from './app.platforms.js';
import { StorageController } from './storage.controller.js';
import { StorageService } from './storage.service.js';

const appModule = () => Test.createTestingModule({ imports: [AppModule] });

describe('the app, without an environment', () => {
  it('does not start on its own', async () => {
    await expect(appModule().compile()).rejects.toThrow('ASPOSE_CLIENT_ID');
  });

  it('starts with overrideAsposeAuth and hands out the canned token', async () => {
    const builder = overrideAsposeAuth(appModule(), { token: 'canned' });
    const app = (await builder.compile()).createNestApplication();
    await app.init();

    const token = await app.get(AsposeTokenService).getToken();
    expect(token.value).toBe('canned');

    await app.close();
  });

  it('is kept off the network by overrideAsposeAuth', async () => {
    const module = await overrideAsposeAuth(appModule()).compile();

    await expect(module.get(StorageService).usage()).rejects.toMatchObject({
      code: AsposeAuthErrorCode.NETWORK_BLOCKED,
    });
  });
});

describe('a second registration', () => {
  it('is refused, however much it looks like the first', async () => {
    const registration = () => AsposeAuthModule.forRoot({ auth: 'none' });
    const module = Test.createTestingModule({
      imports: [registration(), registration()],
    });

    await expect(module.compile()).rejects.toMatchObject({
      code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
    });
  });
});

describe('a client with isGlobal: false', () => {
  it('is injected by the module that registers it, and by no other', async () => {
    const outsider = {
      provide: 'outsider',
      inject: [getAsposeHttpToken('archive')],
      useFactory: (archive: unknown) => archive,
    };
    const module = Test.createTestingModule({
      imports: [AppModule],
      providers: [outsider],
    });

    await expect(overrideAsposeAuth(module).compile()).rejects.toThrow(
      'AsposeHttpService(archive)',
    );
  });
});

describe.each(Object.entries(platforms))(
  'a part of the app, with AsposeAuthTestingModule, on %s',
  (_name, platform) => {
    it('gets its dependencies and answers calls', async () => {
      const module = await Test.createTestingModule({
        imports: [AsposeAuthTestingModule.forRoot()],
        controllers: [StorageController],
        providers: [StorageService],
      }).compile();
      const app = module.createNestApplication(platform());
      await app.listen(0, '127.0.0.1');

      const response = await fetch(`${await app.getUrl()}/storage/token`);
      expect(await response.json()).toEqual({
        printed: expect.stringContaining('[redacted'),
      });

      await app.close();
    });
  },
);

describe('the real module, against a cloud', () => {
  it('makes one token request for 20 concurrent calls', async () => {
    const cloud = await AsposeCloudEmulator.start();
    cloud.route('GET', '/v4.0/cells/storage/disc', (_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"UsedSize":0}');
    });
    const module = await Test.createTestingModule({
      imports: [
        AsposeAuthModule.forRoot({
          clientId: cloud.clientId,
          clientSecret: cloud.clientSecret,
          baseUrl: cloud.url,
        }),
      ],
    }).compile();
    const aspose = module.get(AsposeHttpService);

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        firstValueFrom(aspose.get<unknown>('/v4.0/cells/storage/disc')),
      ),
    );

    expect(answers.map(({ data }) => data)).toEqual(
      Array.from({ length: 20 }, () => ({ UsedSize: 0 })),
    );
    expect(cloud.counters).toMatchObject({
      tokenRequests: 1,
      callsWithValidToken: 20,
      callsWithoutToken: 0,
    });

    await module.close();
    await cloud.close();
  });
});
