import { it } from 'vitest';

import { pages, serveSite } from './built-site.js';
import { look, LOOKS, openedPage } from './in-browser.js';
import { useReader } from './site-in-browser.js';

const reader = useReader();

const guides = pages.filter((page) => !/^(404|api\/)/.test(page));

// What the pages have in common is looked at in all ways in the other spec: here each takes its turn.
it.each(
  [...guides, 'api/index.html', 'api/nestjs-aspose-auth/redis.html'].map(
    (path, turn) => ({ path, look: LOOKS[turn % LOOKS.length]! }),
  ),
)(
  'gives axe nothing to find: $path, $look.colorScheme at $look.width px',
  async ({ path, look: { width, colorScheme } }) => {
    const url = await serveSite();
    const page = await openedPage(await reader(url), `${url}/${path}`);

    await look(page, `site-${path.replaceAll('/', '-')}`, [
      { width, colorScheme, axe: true },
    ]);
  },
);
