import { withCredentialKeys, withPeers } from './project-files.js';
import { registerInRootModule } from './root-module.js';

/** What `nest add` tells a schematic. */
export interface NestAddOptions {
  /** Where the app's sources are, as in `nest-cli.json`. */
  readonly sourceRoot?: string;
  readonly skipInstall?: boolean;
}

/** The part of the Angular devkit's tree of files that is used here: the devkit is of the user's project. */
export interface ProjectTree {
  exists(path: string): boolean;
  readText(path: string): string;
  create(path: string, content: string): void;
  overwrite(path: string, content: string): void;
}

/** The part of the devkit's context that is used here. */
export interface SchematicContext {
  addTask(task: {
    toConfiguration(): { name: string; options: object };
  }): unknown;
}

const INSTALLATION = {
  name: 'node-package',
  options: { command: 'install', quiet: true },
};

/**
 * What `nest add nestjs-aspose-auth` does once the package is installed.
 *
 * Registers the module in the app's root module, and adds the keys of the credentials to `.env.example` and the peers to
 * `package.json`. What is there already is left as it is.
 *
 * @throws {Error} when there is no root module that it understands; nothing is changed then.
 */
export function nestAdd({ sourceRoot = 'src', skipInstall }: NestAddOptions) {
  return (tree: ProjectTree, context: SchematicContext): void => {
    register(tree, `${sourceRoot}/app.module.ts`);
    change(tree, '.env.example', withCredentialKeys);
    const lacksPeers = change(tree, 'package.json', withPeers);
    if (lacksPeers && skipInstall !== true)
      context.addTask({ toConfiguration: () => INSTALLATION });
  };
}

function register(tree: ProjectTree, path: string): void {
  try {
    if (!tree.exists(path)) throw new Error('there is no such file');
    change(tree, path, registerInRootModule);
  } catch (error) {
    throw new Error(
      `AsposeAuthModule was not added to ${path}: ${(error as Error).message}. Nothing was changed. Add it to the imports of your root module, as in the README of nestjs-aspose-auth.`,
      { cause: error },
    );
  }
}

/** Returns whether the file is another one now. */
function change(
  tree: ProjectTree,
  path: string,
  changed: (text: string) => string,
): boolean {
  const exists = tree.exists(path);
  const before = exists ? tree.readText(path) : '';
  const after = changed(before);
  if (after === before) return false;
  if (exists) tree.overwrite(path, after);
  else tree.create(path, after);
  return true;
}
