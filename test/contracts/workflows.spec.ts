import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

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

  it('is the only one to write anything, and one job has it', () => {
    expect(writers).toMatchObject([
      {
        at: 'release.yml: publish',
        job: { permissions: { 'id-token': 'write' } },
      },
    ]);
  });

  it('is not within the reach of any code of this repository', () => {
    const [publish] = writers;
    const commands = publish?.job.steps?.flatMap(({ run }) => run ?? []);

    expect(commands).toEqual(['npm publish ./*.tgz --provenance']);
    expect(JSON.stringify(publish)).not.toContain('actions/checkout');
  });

  it('is used only after the gate', () => {
    expect(workflowOf('release.yml').jobs).toMatchObject({
      gate: { uses: './.github/workflows/ci.yml' },
      pack: { needs: 'gate' },
      publish: { needs: 'pack' },
    });
  });
});

describe('the package', () => {
  it('names the repository that it is packed in, whichever that is', () => {
    const { jobs } = workflowOf('release.yml');
    const commands = (jobs['pack']?.steps ?? []).flatMap(
      ({ run }) => run ?? [],
    );
    const naming = commands.find((run) => run.startsWith('npm pkg set')) ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const manifest = join(folder, 'package.json');
    copyFileSync('package.json', manifest);

    execFileSync('sh', ['-c', naming], {
      cwd: folder,
      env: {
        ...process.env,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'someone/nestjs-aspose-auth',
      },
    });

    expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({
      repository: {
        type: 'git',
        url: 'git+https://github.com/someone/nestjs-aspose-auth.git',
      },
    });
    expect(commands.indexOf(naming)).toBeLessThan(commands.indexOf('npm pack'));
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
