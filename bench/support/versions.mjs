import { existsSync, readFileSync } from 'node:fs';

const INSTALLED_IN = ['../node_modules/', '../../node_modules/'];

/** The version of a package as it is installed; the bench's own copy before the root's, as Node looks for it. */
export function versionOf(name) {
  if (name === 'nestjs-aspose-auth') return versionIn('../../package.json');
  // Whatever works on axios here works on the copy of the module.
  const folders = name === 'axios' ? INSTALLED_IN.slice(1) : INSTALLED_IN;
  const files = folders.map((folder) => `${folder}${name}/package.json`);
  const file = files.find((path) => existsSync(new URL(path, import.meta.url)));
  return versionIn(file);
}

function versionIn(file) {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
    .version;
}
