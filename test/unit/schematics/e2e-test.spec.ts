import { describe, expect, it } from 'vitest';

import { withoutCredentials } from '../../../lib/schematics/e2e-test.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';
import { isPretty } from '../../support/pretty.js';

/** What `nest new` writes, in Nest 12. */
const NEW_TEST = `import { Test, TestingModule } from '@nestjs/testing';
import { INestApplication } from '@nestjs/common';
import request from 'supertest';
import { App } from 'supertest/types.js';
import { AppModule } from './../src/app.module.js';

describe('AppController (e2e)', () => {
  let app: INestApplication<App>;

  beforeEach(async () => {
    const moduleFixture: TestingModule = await Test.createTestingModule({
      imports: [AppModule],
    }).compile();

    app = moduleFixture.createNestApplication();
    await app.init();
  });
});
`;

describe('withoutCredentials', () => {
  it('overrides the module of a new app', () => {
    expect(withoutCredentials(NEW_TEST)).toBe(
      NEW_TEST.replace(
        'import { AppModule',
        "import { overrideAsposeAuth } from 'nestjs-aspose-auth/testing';\nimport { AppModule",
      ).replace(
        `await Test.createTestingModule({
      imports: [AppModule],
    }).compile();`,
        `await overrideAsposeAuth(
      Test.createTestingModule({ imports: [AppModule] }),
    ).compile();`,
      ),
    );
  });

  it('leaves what prettier would write', async () => {
    const test = withoutCredentials(NEW_TEST) ?? '';

    await expect(isPretty(NEW_TEST)).resolves.toBe(true);
    await expect(isPretty(test)).resolves.toBe(true);
  });

  it('changes nothing the second time', () => {
    const test = withoutCredentials(NEW_TEST) ?? '';

    expect(withoutCredentials(test)).toBe(test);
  });

  it('keeps the line ends of Windows', () => {
    expect(withoutCredentials(NEW_TEST.replaceAll('\n', '\r\n'))).toBe(
      withoutCredentials(NEW_TEST)?.replaceAll('\n', '\r\n'),
    );
  });

  it.each([
    ['no test', ''],
    ['other metadata', NEW_TEST.replace('[AppModule]', '[AppModule, Cats]')],
    ['overrides', NEW_TEST.replace('.compile()', '.overrideGuard(A)')],
    ['no import from a file', NEW_TEST.replace("'./../src/", "'@app/")],
  ])('does not understand %s', (_, text) => {
    expect(withoutCredentials(text)).toBeUndefined();
  });

  it.each(['= await ', 'import { A, ', 'import { A } from "a";\n'])(
    'reads a long test in linear time: %j',
    (piece) => {
      expect(growthOf(withoutCredentials, repeated(piece))).toBeLessThan(
        LINEAR,
      );
    },
  );
});
