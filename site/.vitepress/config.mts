import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitepress';

import { NAVIGATION } from '../navigation.mjs';

const STAGE = fileURLToPath(new URL('../.pages/', import.meta.url));

/** A round token, without a file of its own. */
const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='%230969da'/><circle cx='8' cy='8' r='3' fill='white'/></svg>";

/** What a page calls itself. */
const titleOf = (page: string) =>
  /^# (.*)$/m.exec(readFileSync(`${STAGE}${page}.md`, 'utf8'))?.[1] ?? page;

const itemOf = (page: string) => ({ text: titleOf(page), link: `/${page}` });

export default defineConfig({
  title: 'nestjs-aspose-auth',
  description:
    'Aspose Cloud access tokens for NestJS: fetched as rarely as possible, never late, never sent to the wrong host, never in a log',
  lang: 'en',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: ICON }]],
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: '.pages',
  outDir: 'dist',
  markdown: {
    theme: {
      light: 'github-light-high-contrast',
      dark: 'github-dark-high-contrast',
    },
  },
  vite: {
    build: { assetsInlineLimit: 0 },
    resolve: {
      alias: [
        {
          find: /^.*\/VPNavBarSearch\.vue$/,
          replacement: fileURLToPath(
            new URL('theme/Search.vue', import.meta.url),
          ),
        },
      ],
    },
  },
  themeConfig: {
    nav: [itemOf('quick-start'), itemOf('operations'), itemOf('api/index')],
    sidebar: NAVIGATION.map(({ text, pages }) => ({
      text,
      items: pages.map(itemOf),
    })),
    outline: { level: [2, 3] },
    docFooter: { prev: 'Previous', next: 'Next' },
    search: {
      provider: 'local',
      options: {
        /** Of the API the symbols are found, not each of their parameters. */
        _render(markdown, env, renderer) {
          const html = renderer.render(markdown, env);
          return env.relativePath.startsWith('api/')
            ? html.replace(/<(\/?)h[456]\b/g, '<$1p')
            : html;
        },
      },
    },
  },
});
