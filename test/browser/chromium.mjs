import { existsSync } from 'node:fs';

/** Where a Chromium may be. */
export const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The Chromium of this machine; undefined if there is none. */
export const chromiumHere = () =>
  PLACES.find((path) => path !== undefined && existsSync(path));
