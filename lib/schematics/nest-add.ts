import { withCredentialKeys, withPeers } from './project-files.js';
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
  addTask(task: { toConfiguration(): object }): unknown;
}

/** The options that `nest add` passes to a schematic. */
export interface NestAddOptions {
  /** The folder of the app's sources, as in `nest-cli.json`. @default 'src' */
  readonly sourceRoot?: string;
  /** Whether to leave the installation of the peers to the user. @default false */
  readonly skipInstall?: boolean;
}

/**
 * Sets up an app after `nest add nestjs-aspose-auth` has installed the package.
 *
 * Registers the module in the app's root module, and adds the keys of the credentials to `.env.example` and the peers to
 * `package.json`. Keeps what is there already.
 *
 * @throws {Error} when the root module is missing or differs from what `nest new` writes; no file is changed then.
 */
export function nestAdd({ sourceRoot = 'src', skipInstall }: NestAddOptions) {
  return (tree: ProjectTree, context: SchematicContext): void => {
    const rootModule = rootModulePath(tree, sourceRoot);
    change(tree, rootModule, (text) => registered(text, rootModule));
    change(tree, '.env.example', withCredentialKeys);
    const lacksPeers = change(tree, 'package.json', (manifest) =>
      withPeers(manifest, installedNest(tree)),
    );
    if (lacksPeers && skipInstall !== true)
      context.addTask({
        toConfiguration: () => ({
          name: 'node-package',
          options: { command: 'install', quiet: true },
        }),
      });
  };
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

function registered(rootModule: string, path: string): string {
  const text = registerInRootModule(rootModule);
  if (text !== undefined) return text;
  const reason =
    rootModule === ''
      ? 'there is no such file'
      : 'its code differs from what `nest new` writes';
  throw new Error(`AsposeAuthModule was not added to ${path}: ${reason}. No file was changed.
Add this to your root module, and install the peers that the README of nestjs-aspose-auth lists:

${SNIPPET}
`);
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
