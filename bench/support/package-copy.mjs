// The package once more, as a copy of what was built: with code of its own, which the engine compiles for it alone.
import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
/** Below the package, so that its dependencies are found. */
const COPIES = fileURLToPath(new URL('../../coverage/copies', import.meta.url));

let copies = 0;

/** Loads a copy. */
export function packageCopy() {
  return loaded(() => {});
}

/** Loads a copy of which one file lacks a statement. */
export function packageWithout(file, statement) {
  return loaded((folder) => {
    const path = `${folder}/${file}`;
    const text = readFileSync(path, 'utf8');
    if (!text.includes(statement))
      throw new Error(`${file} has no ${statement}`);
    writeFileSync(path, text.replaceAll(statement, ';'));
  });
}

function loaded(change) {
  copies += 1;
  const folder = `${COPIES}/${process.pid}-${copies}`;
  mkdirSync(COPIES, { recursive: true });
  cpSync(DIST, folder, { recursive: true });
  try {
    change(folder);
    return require(`${folder}/index.js`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
