// Adds to package-lock.json the platform builds that npm leaves out where its registry lacks them (a mirror, say).
// Without them `npm ci` calls the lock file incomplete, and other platforms get no build of these packages.
// Run after every `npm install` that touched the lock file.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const OS = /(?:^|[-./])(android|darwin|freebsd|linux|openharmony|win32)/;
const CPU = /(?:^|[-./])(x64|ia32|arm64|arm|ppc64|riscv64|s390x)(?![a-z0-9])/;

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const { packages } = lock;
for (const owner of Object.values({ ...packages }))
  for (const [name, range] of Object.entries(
    owner.optionalDependencies ?? {},
  )) {
    const os = OS.exec(name)?.[1];
    const path = `node_modules/${name}`;
    if (os === undefined || path in packages) continue;
    packages[path] = {
      version: range.replace(/^[~^]/, ''),
      cpu: [CPU.exec(name)?.[1]],
      ...(owner.dev ? { dev: true } : {}),
      ...(name.includes('musl') ? { libc: ['musl'] } : {}),
      ...(name.endsWith('-gnu') ? { libc: ['glibc'] } : {}),
      optional: true,
      os: [os],
    };
  }
lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
