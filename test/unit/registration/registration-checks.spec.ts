import type { ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';

import { AsposeAuthErrorCode } from '../../../lib/index.js';
import { assertSingleRegistration } from '../../../lib/registration/registration-checks.js';

/** The modules of an app, by what they provide. */
function modulesProviding(...tokens: string[]): ModulesContainer {
  const modules = tokens.map((token, index) => [
    String(index),
    { providers: new Map([[token, {}]]) },
  ]);
  return new Map(modules as []) as ModulesContainer;
}

describe('An app', () => {
  it.each([[[]], [['ASPOSE_AUTH_MODULE_OPTIONS']], [['OTHER', 'OTHER']]])(
    'may register the module once: %j',
    (tokens) => {
      expect(() =>
        assertSingleRegistration(
          modulesProviding(...tokens),
          'ASPOSE_AUTH_MODULE_OPTIONS',
          'AsposeAuthModule cannot start',
        ),
      ).not.toThrow();
    },
  );

  it('may not register it a second time', () => {
    const modules = modulesProviding(
      'ASPOSE_AUTH_MODULE_OPTIONS',
      'OTHER',
      'ASPOSE_AUTH_MODULE_OPTIONS',
    );

    expect(() =>
      assertSingleRegistration(
        modules,
        'ASPOSE_AUTH_MODULE_OPTIONS',
        'AsposeAuthModule cannot start',
      ),
    ).toThrow(
      expect.objectContaining({
        code: AsposeAuthErrorCode.DUPLICATE_REGISTRATION,
        problems: [
          'It is registered more than once: call forRoot or forRootAsync in one module only, or give each its own name. Other modules need not import it; if isGlobal is false, they import that module, which exports AsposeAuthModule.',
        ],
      }),
    );
  });
});
