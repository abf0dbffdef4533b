import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { temporaryFolder } from '../support/temporary-folder.js';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly steps?: readonly { readonly uses?: string; readonly run?: string }[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';

const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});

const jobsOf = (workflow: Workflow) => Object.entries(workflow.jobs);

const workflowOf = (name: string) => {
  const found = workflows.find(({ file }) => file === name);
  if (!found) throw new Error(`${name} is not there`);
  return found.workflow;
};

describe.each(workflows)('$file', ({ text, workflow }) => {
  it('pins each action to a commit, and says which version that is', () => {
    const uses = text.match(/(?<=\buses: ).*/g) ?? [];
    const loose = uses.filter(
      (action) => !/^(?:\.\/.*|[\w/-]+@[0-9a-f]{40} # v[\d.]+)$/.test(action),
    );

    expect(uses).not.toEqual([]);
    expect(loose).toEqual([]);
  });

  it('grants nothing but what each job declares', () => {
    const undeclared = jobsOf(workflow).filter(([, job]) => !job.permissions);

    expect(workflow.permissions).toEqual({});
    expect(undeclared).toEqual([]);
  });

  it('leaves no credentials behind after a checkout', () => {
    const checkouts = text.match(/uses: actions\/checkout@/g) ?? [];
    const withoutCredentials = text.match(/persist-credentials: false/g) ?? [];

    expect(withoutCredentials).toHaveLength(checkouts.length);
  });
});

describe('the right to publish', () => {
  const writers = workflows.flatMap(({ file, workflow }) =>
    jobsOf(workflow)
      .filter(([, { permissions = {} }]) =>
        Object.values(permissions).includes('write'),
      )
      .map(([name, job]) => ({ at: `${file}: ${name}`, job })),
  );

  it("is one job's for the package and one job's for the site, and nobody may write anything else", () => {
    expect(
      writers.map(({ at, job: { permissions } }) => ({ at, permissions })),
    ).toEqual([
      { at: 'release.yml: publish', permissions: { 'id-token': 'write' } },
      {
        at: 'site.yml: deploy',
        permissions: { pages: 'write', 'id-token': 'write' },
      },
    ]);
  });

  it('is not within the reach of any code of this repository', () => {
    const commands = writers.map(({ job }) =>
      job.steps?.flatMap(({ run }) => run ?? []),
    );

    expect(commands).toEqual([
      [
        "npm publish ./*.tgz --provenance --tag ${{ contains(github.ref_name, '-') && 'next' || 'latest' }}",
      ],
      [],
    ]);
    expect(JSON.stringify(writers)).not.toContain('actions/checkout');
  });

  it('is used only after the gate and the soak', () => {
    expect(workflowOf('release.yml').jobs).toMatchObject({
      gate: { uses: './.github/workflows/ci.yml' },
      pack: { needs: ['gate', 'soak'] },
      publish: { needs: 'pack' },
    });
  });
});

describe('the site', () => {
  const { jobs } = workflowOf('site.yml');

  it('is built by the command that people have, and deployed as it was built', () => {
    expect(jobs['build']?.steps?.flatMap(({ run }) => run ?? [])).toEqual([
      'npm ci',
      'npm run docs',
    ]);
    expect(jobs['deploy']).toMatchObject({ needs: 'build' });
  });
});

describe('a release', () => {
  const CHECK = 'node tools/names-its-repository.mjs';
  const ADDRESS = 'https://github.com/someone/nestjs-aspose-auth';
  const NAMED = {
    repository: { type: 'git', url: `git+${ADDRESS}.git` },
    homepage: `${ADDRESS}#readme`,
    bugs: { url: `${ADDRESS}/issues` },
  };

  const check = async (manifest: object, repository?: string) => {
    const cwd = await temporaryFolder();
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest));
    const { GITHUB_REPOSITORY: _, ...env } = process.env;
    const { status, stderr } = spawnSync(
      process.execPath,
      [resolve('tools/names-its-repository.mjs')],
      {
        cwd,
        encoding: 'utf8',
        env: { ...env, ...(repository && { GITHUB_REPOSITORY: repository }) },
      },
    );
    return { status, stderr };
  };

  it('is refused before anything is packed, by the workflow and by hand, unless the package names its repository', () => {
    const { jobs } = workflowOf('release.yml');
    const commands = (jobs['pack']?.steps ?? []).flatMap(
      ({ run }) => run ?? [],
    );
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };

    expect(commands).toContain(CHECK);
    expect(commands.indexOf(CHECK)).toBeLessThan(commands.indexOf('npm pack'));
    expect(scripts['prepublishOnly']).toBe(`${CHECK} && npm run build`);
  });

  it.each([
    ['none', {}],
    ['another', { ...NAMED, homepage: 'https://github.com/another#readme' }],
    ['no bugs', { ...NAMED, bugs: undefined }],
  ])('is told what to set where it names %s', async (_, manifest) => {
    const { status, stderr } = await check(
      manifest,
      'someone/nestjs-aspose-auth',
    );

    expect(status).toBe(1);
    expect(stderr).toMatch(
      /npm pkg set '.*https:\/\/github\.com\/someone\/nestjs-aspose-auth/,
    );
  });

  it('goes on where it names its own', async () => {
    expect(await check(NAMED, 'someone/nestjs-aspose-auth')).toStrictEqual({
      status: 0,
      stderr: '',
    });
  });

  it('by hand, goes on with any address, and not without one', async () => {
    expect(await check(NAMED)).toMatchObject({ status: 0 });
    expect(await check({})).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('<owner>/nestjs-aspose-auth'),
    });
  });
});

describe('the gate', () => {
  const CORNERS = 'npm run test:matrix:corners';
  const gate = readFileSync('.ci/run', 'utf8').match(/^npm .*$/gm) ?? [];
  const { jobs } = workflowOf('ci.yml');

  const commandsOf = (job: string) =>
    (jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? []);

  it('runs what .ci/run runs, but for the corners of the matrix', () => {
    expect(gate).toContain(CORNERS);
    expect(commandsOf('gate')).toEqual(
      gate.filter((command) => command !== CORNERS),
    );
  });

  it('runs on the newest version of every line of Node that is supported', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      engines: { node: string };
    };
    const lines = engines.node.match(/(?<=[\^=])\d+/g) ?? [];

    expect(lines).not.toEqual([]);
    expect(jobs['gate']?.strategy?.matrix['node']).toEqual(
      expect.arrayContaining(lines),
    );
  });

  it('runs the whole matrix in a job of its own', () => {
    expect(commandsOf('matrix')).toEqual(['npm ci', 'npm run test:matrix']);
  });
});
