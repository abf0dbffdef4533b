import { withoutCredentials } from './e2e-test.js';
import {
  missingDependencies,
  withDependencies,
  withEnvIgnored,
  withKeys,
} from './project-files.js';
import { registerInRootModule, SNIPPET } from './root-module.js';

/** The part of the Angular devkit's file tree that this schematic uses: the devkit comes from the user's project. */
export interface ProjectTree {
  exists(path: string): boolean;
  readText(path: string): string;
  create(path: string, content: string): void;
  overwrite(path: string, content: string): void;
}

/** The part of the devkit's context that this schematic uses. */
export interface SchematicContext {
  readonly logger: { info(message: string): void };
  addTask(task: { toConfiguration(): object }): unknown;
}

/** The options that `nest add` passes to a schematic. */
export interface NestAddOptions {
  /** The folder of the app's sources, as in `nest-cli.json`. @default 'src' */
  readonly sourceRoot?: string;
  /** Whether to leave the installation of the peers to the user. @default false */
  readonly skipInstall?: boolean;
}

const NEXT_STEPS = `
  1. Copy .env.example to .env, and fill in the client id and secret of your application at https://dashboard.aspose.cloud.
     Without an account: npx nestjs-aspose-auth emulate, in another terminal, prints a .env to use instead.
  2. npm run start:dev
  3. Inject AsposeHttpService, and call Aspose:

       constructor(private readonly aspose: AsposeHttpService) {}

       async usage(): Promise<unknown> {
         const answer = await firstValueFrom(
           this.aspose.get<unknown>('/v4.0/cells/storage/disc'),
         );
         return answer.data;
       }

From an upload to a PDF: node_modules/nestjs-aspose-auth/docs/convert.md
`;

const TEST_HINT = `
Tests that boot the whole app need no credentials with overrideAsposeAuth of nestjs-aspose-auth/testing:

  overrideAsposeAuth(Test.createTestingModule({ imports: [AppModule] })).compile()
`;

/**
 * Sets up an app after `nest add nestjs-aspose-auth` has installed the package.
 *
 * Registers the module and its exception filter in the app's root module, adds the keys to `.env.example`, has git ignore
 * `.env`, adds what is needed to `package.json`, and makes the e2e test that `nest new` wrote need no credentials. Keeps
 * what is there already.
 *
 * @throws {Error} when the root module is missing or differs from what `nest new` writes; no file is changed then.
 */
export function nestAdd({ sourceRoot = 'src', skipInstall }: NestAddOptions) {
  return (tree: ProjectTree, context: SchematicContext): void => {
    const path = rootModulePath(tree, sourceRoot);
    const nest = installedNest(tree);
    const rootModule = registered(tree, path, nest);
    const isNew = change(tree, path, () => rootModule);
    change(tree, '.env.example', withKeys);
    change(tree, '.gitignore', withEnvIgnored);
    const lacksPackages = change(tree, 'package.json', (manifest) =>
      withDependencies(manifest, rootModule, nest),
    );
    if (lacksPackages && skipInstall !== true)
      context.addTask({
        toConfiguration: () => ({
          name: 'node-package',
          options: { command: 'install', quiet: true },
        }),
      });
    if (!isNew) return;
    context.logger.info(`AsposeAuthModule is registered. Next:\n${NEXT_STEPS}`);
    if (!freeTestOfCredentials(tree, sourceRoot))
      context.logger.info(TEST_HINT);
  };
}

/** Returns whether the e2e test needs no credentials now. */
function freeTestOfCredentials(tree: ProjectTree, sourceRoot: string): boolean {
  const folder = sourceRoot.replace(/[^/]*\/?$/, '');
  const path = `${folder}test/app.e2e-spec.ts`;
  const test = withoutCredentials(textOf(tree, path));
  if (test !== undefined) change(tree, path, () => test);
  return test !== undefined;
}

/** Reads which module `main.ts` creates the app with: each app of a monorepo has a name of its own. */
function rootModulePath(tree: ProjectTree, sourceRoot: string): string {
  const main = textOf(tree, `${sourceRoot}/main.ts`);
  const [, name] =
    /\bNestFactory\.create\w*(?:<\w+>)?\(\s*(\w+)/.exec(main) ?? [];
  const importsName = new RegExp(String.raw`^import .*\b${name}\b`);
  const statement = main.split(/\r?\n/).find((line) => importsName.test(line));
  const [, file] =
    /['"]\.\/([\w./-]+?)(?:\.js)?['"];$/.exec(statement ?? '') ?? [];
  const path = `${sourceRoot}/${file}.ts`;
  return tree.exists(path) ? path : `${sourceRoot}/app.module.ts`;
}

/** The root module with the registration in it. */
function registered(tree: ProjectTree, path: string, nest?: string): string {
  const before = textOf(tree, path);
  const text = registerInRootModule(before);
  if (text !== undefined) return text;
  const reason =
    before === ''
      ? 'there is no such file'
      : 'its code differs from what `nest new` writes';
  const manifest = textOf(tree, 'package.json');
  const packages = Object.entries(missingDependencies(manifest, SNIPPET, nest))
    .map(([name, range]) => `${name}@${range.replace(/^\D*(\d+).*$/, '$1')}`)
    .join(' ');
  throw new Error(`AsposeAuthModule was not added to ${path}: ${reason}. No file was changed.
Add this to your root module${packages && `, and run npm i ${packages}`}:

${SNIPPET}

Then:
${NEXT_STEPS}${TEST_HINT}`);
}

/** Reads the version of Nest that is installed: `package.json` may say `latest`, or point to a workspace. */
function installedNest(tree: ProjectTree): string | undefined {
  const manifest = textOf(tree, 'node_modules/@nestjs/common/package.json');
  return (JSON.parse(manifest || '{}') as { version?: string }).version;
}

/** Returns whether the file has changed. */
function change(
  tree: ProjectTree,
  path: string,
  changed: (text: string) => string,
): boolean {
  const before = textOf(tree, path);
  const after = changed(before);
  if (after === before) return false;
  if (tree.exists(path)) tree.overwrite(path, after);
  else tree.create(path, after);
  return true;
}

function textOf(tree: ProjectTree, path: string): string {
  return tree.exists(path) ? tree.readText(path) : '';
}
