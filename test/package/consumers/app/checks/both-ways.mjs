// Import and require must lead to the very same classes: Nest finds providers by them.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const MADE_BY_NODE = new Set(['default', 'module.exports', '__esModule']);

const manifest = 'nestjs-aspose-auth/package.json';
const { name: packageName, exports } = require(manifest);
const entries = Object.keys(exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => subpath.replace('.', packageName));

/** The packages that an entrance needs and the app may do without. */
const NEEDED = { 'nestjs-aspose-auth/opentelemetry': '@opentelemetry/api' };

for (const entry of entries) {
  const needed = NEEDED[entry];
  if (needed !== undefined && !isInstalled(needed)) {
    const saysWhatIsMissing = new RegExp(`npm install ${needed}$`, 'm');
    assert.throws(() => require(entry), saysWhatIsMissing);
    await assert.rejects(import(entry), saysWhatIsMissing);
    process.stdout.write(`${entry}: asks for ${needed}\n`);
    continue;
  }
  const required = require(entry);
  const imported = await import(entry);

  const names = Object.keys(imported).filter((name) => !MADE_BY_NODE.has(name));
  assert.deepEqual(names.sort(), Object.keys(required).sort());
  for (const name of names) assert.equal(imported[name], required[name], name);
  process.stdout.write(`${entry}: ${names.length} exports\n`);
}

const { default: imported } = await import(manifest, {
  with: { type: 'json' },
});
assert.deepEqual(imported, require(manifest));
process.stdout.write(`${manifest}: version ${imported.version}\n`);

function isInstalled(name) {
  try {
    return Boolean(require.resolve(name));
  } catch {
    return false;
  }
}
