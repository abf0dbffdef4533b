import {
  createReadStream,
  existsSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';

import { onTestFinished } from 'vitest';

/** Where `npm run docs` puts the site. */
const FOLDER = resolve('site/dist');

/** The files of the site, as paths from its root. */
export const files = readdirSync(FOLDER, {
  recursive: true,
  withFileTypes: true,
  encoding: 'utf8',
})
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) =>
    join(parentPath, name).slice(FOLDER.length + 1),
  );

/** Its pages. */
export const pages = files.filter((file) => file.endsWith('.html'));

/** What a file of the site has in it. */
export const textOf = (file: string) =>
  readFileSync(join(FOLDER, file), 'utf8');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the site as any server of files does, until the test ends. */
export async function serveSite(): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://site');
    const file = join(FOLDER, pathname.replace(/\/$/, '/index.html'));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'text/plain');
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
