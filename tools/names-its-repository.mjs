// Refuses to publish a package that does not say where it comes from: its README's links would lead nowhere on npmjs.com, and
// npm would refuse its provenance.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const {
  GITHUB_SERVER_URL = 'https://github.com',
  GITHUB_REPOSITORY = '<owner>/nestjs-aspose-auth',
} = process.env;
const address = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;

const wanted = {
  'repository.type': 'git',
  'repository.url': `git+${address}.git`,
  homepage: `${address}#readme`,
  'bugs.url': `${address}/issues`,
};

const { repository, homepage, bugs } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const given = {
  'repository.type': repository?.type,
  'repository.url': repository?.url,
  homepage,
  'bugs.url': bugs?.url,
};

/** By hand, nobody knows the address but who publishes. */
const isRight = (name) =>
  process.env.GITHUB_REPOSITORY === undefined
    ? Boolean(given[name])
    : given[name] === wanted[name];

const missing = Object.keys(wanted).filter((name) => !isRight(name));
if (missing.length > 0) {
  const settings = missing.map((name) => `'${name}=${wanted[name]}'`);
  process.stderr.write(
    `package.json does not say where the package comes from. Set it, commit it, and release that commit:\n\n  npm pkg set ${settings.join(' ')}\n`,
  );
  process.exitCode = 1;
}
