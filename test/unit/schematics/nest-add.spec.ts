import { describe, expect, it } from 'vitest';

import {
  nestAdd,
  type NestAddOptions,
} from '../../../lib/schematics/nest-add.js';
import { SNIPPET } from '../../../lib/schematics/root-module.js';
import { growthOf, LINEAR, repeated } from '../../support/growth.js';
import { MemoryTree } from '../../support/memory-tree.js';

const MANIFEST = '{ "dependencies": { "@nestjs/common": "^11.0.1" } }';
const ROOT_MODULE = `import { Module } from '@nestjs/common';

@Module({
  imports: [],
})
export class AppModule {}
`;

/** Runs the schematic on a project, and returns the tasks that it leaves to the CLI. */
function addTo(tree: MemoryTree, options: NestAddOptions = {}) {
  return runOn(tree, options).tasks;
}

/** Runs the schematic, and returns what it says besides. */
function runOn(tree: MemoryTree, options: NestAddOptions = {}) {
  const tasks: unknown[] = [];
  const said: string[] = [];
  nestAdd(options)(tree, {
    addTask: (task) => tasks.push(task.toConfiguration()),
    logger: { info: (message) => said.push(message) },
  });
  return { tasks, said: said.join('\n') };
}

const E2E_TEST = `import { Test, TestingModule } from '@nestjs/testing';
import { AppModule } from './../src/app.module';

    const moduleFixture: TestingModule = await Test.createTestingModule({
      imports: [AppModule],
    }).compile();
`;

const newProject = (sourceRoot = 'src') =>
  new MemoryTree({
    'package.json': MANIFEST,
    [`${sourceRoot}/app.module.ts`]: ROOT_MODULE,
  });

describe('nestAdd', () => {
  it('registers the module, and adds the keys and the peers', () => {
    const tree = newProject();

    addTo(tree);

    expect(tree.readText('src/app.module.ts')).toContain(
      'AsposeAuthModule.forRootAsync({',
    );
    expect(tree.readText('.env.example')).toBe(
      'ASPOSE_CLIENT_ID=\nASPOSE_CLIENT_SECRET=\n# ASPOSE_BASE_URL=http://127.0.0.1:4100\n',
    );
    expect(tree.readText('.gitignore')).toBe('.env\n');
    expect(tree.readText('package.json')).toContain(
      '"@nestjs/axios": "^4.0.0"',
    );
  });

  it('says what comes next, and the second time nothing', () => {
    const tree = newProject();

    expect(runOn(tree).said).toContain('Copy .env.example to .env');
    expect(runOn(tree).said).toBe('');
  });

  it('adds no @nestjs/config to an app that is registered without it', () => {
    const tree = newProject();
    tree.overwrite(
      'src/app.module.ts',
      `import { AsposeAuthModule } from 'nestjs-aspose-auth';\nAsposeAuthModule.forRoot({});\n`,
    );

    addTo(tree);

    expect(tree.readText('package.json')).not.toContain('@nestjs/config');
  });

  it.each([
    ['src', 'test/app.e2e-spec.ts'],
    ['apps/cats/src', 'apps/cats/test/app.e2e-spec.ts'],
  ])('makes the e2e test of %s need no credentials', (sourceRoot, path) => {
    const tree = newProject(sourceRoot);
    tree.create(path, E2E_TEST);

    const { said } = runOn(tree, { sourceRoot });

    expect(tree.readText(path)).toContain('await overrideAsposeAuth(');
    expect(said).not.toContain('overrideAsposeAuth');
  });

  it('says how, where the e2e test is another', () => {
    const tree = newProject();
    tree.create('test/app.e2e-spec.ts', 'it.todo("works");');

    expect(runOn(tree).said).toContain('overrideAsposeAuth(Test.create');
    expect(tree.readText('test/app.e2e-spec.ts')).toBe('it.todo("works");');
  });

  it('has the peers installed', () => {
    expect(addTo(newProject())).toEqual([
      { name: 'node-package', options: { command: 'install', quiet: true } },
    ]);
  });

  it('installs nothing when told so', () => {
    expect(addTo(newProject(), { skipInstall: true })).toEqual([]);
  });

  it('finds the root module where the sources are', () => {
    const tree = newProject('apps/cats/src');

    addTo(tree, { sourceRoot: 'apps/cats/src' });

    expect(tree.readText('apps/cats/src/app.module.ts')).toContain(
      'AsposeAuthModule',
    );
  });

  it.each([
    [
      'NestFactory.create(CatsModule)',
      "import { CatsModule } from './cats.module';",
    ],
    [
      'NestFactory.create<NestExpressApplication>(\n  CatsModule,\n  {})',
      "import { Dogs, CatsModule } from './cats.module.js';",
    ],
    [
      'NestFactory.createApplicationContext(CatsModule)',
      'import { CatsModule } from "./cats.module";',
    ],
  ])('finds the module that the app is created with: %s', (create, imports) => {
    const tree = new MemoryTree({
      'package.json': MANIFEST,
      'apps/cats/src/cats.ts': '',
      'apps/cats/src/main.ts': `import { CatsModuleOptions } from './cats';\n${imports}\nconst app = await ${create};\n`,
      'apps/cats/src/cats.module.ts': ROOT_MODULE,
    });

    addTo(tree, { sourceRoot: 'apps/cats/src' });

    expect(tree.readText('apps/cats/src/cats.module.ts')).toContain(
      'AsposeAuthModule',
    );
  });

  it.each([
    ['creates no app', 'console.log();'],
    [
      'has it from elsewhere',
      "import { CatsModule } from '@app/cats';\nNestFactory.create(CatsModule)",
    ],
    ['creates an app of an expression', 'NestFactory.create(root.module)'],
  ])('takes app.module.ts where main.ts %s', (_, main) => {
    const tree = new MemoryTree({
      'package.json': MANIFEST,
      'src/main.ts': main,
      'src/app.module.ts': ROOT_MODULE,
    });

    addTo(tree);

    expect(tree.readText('src/app.module.ts')).toContain('AsposeAuthModule');
  });

  it('goes by the Nest that is installed', () => {
    const tree = newProject();
    tree.overwrite(
      'package.json',
      '{ "dependencies": { "@nestjs/common": "latest" } }',
    );
    tree.create(
      'node_modules/@nestjs/common/package.json',
      '{ "version": "10.4.22" }',
    );

    addTo(tree);

    expect(tree.readText('package.json')).toContain(
      '"@nestjs/axios": "^3.0.0"',
    );
  });

  it('does nothing the second time', () => {
    const tree = newProject();
    addTo(tree);
    const files = new Map(tree.files);

    const tasks = addTo(tree);

    expect(tree.files).toEqual(files);
    expect(tasks).toEqual([]);
  });

  it.each([
    ['there is no such file', { 'package.json': MANIFEST }],
    [
      'its code differs from what `nest new` writes',
      {
        'package.json': MANIFEST,
        'src/app.module.ts': '@Module({ imports }) export class AppModule {}',
      },
    ],
  ])('changes nothing and tells what to do when %s', (reason, files) => {
    const tree = new MemoryTree(files);
    const tasks: unknown[] = [];
    const add = () =>
      nestAdd({})(tree, {
        addTask: (task) => tasks.push(task),
        logger: { info: () => expect.unreachable() },
      });

    expect(add).toThrow(
      `AsposeAuthModule was not added to src/app.module.ts: ${reason}. No file was changed.`,
    );
    expect(add).toThrow(SNIPPET);
    expect(Object.fromEntries(tree.files)).toEqual(files);
    expect(tasks).toEqual([]);
  });

  it.each([
    ['NestFactory.create<'],
    ['NestFactory.create(A); '],
    ['import { A, '],
    ["import './"],
    ['NestFactory.create(A)\nimport { A } from '],
  ])('reads a long main.ts in linear time: %j', (piece) => {
    const addToLong = (main: string) => {
      const tree = newProject();
      tree.create('src/main.ts', main);
      addTo(tree);
    };

    expect(growthOf(addToLong, repeated(piece))).toBeLessThan(LINEAR);
  });
});
