import { Script } from 'node:vm';

import { expect, it } from 'vitest';

import { CONSOLE_PAGE } from '../../../lib/console/page/console-page.js';
import { PAGE_SCRIPT } from '../../../lib/console/page/page-script.js';

// What it does is seen in a browser: npm run test:browser.
it('has a script that can be read', () => {
  expect(() => new Script(PAGE_SCRIPT)).not.toThrow();
  expect(PAGE_SCRIPT).not.toMatch(/innerHTML|outerHTML|document\.write|eval\(/);
});

it('ends neither script nor style early', () => {
  expect(CONSOLE_PAGE.match(/<\/script>/g)).toHaveLength(1);
  expect(CONSOLE_PAGE.match(/<\/style>/g)).toHaveLength(1);
});
