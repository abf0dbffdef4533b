import type { ProjectTree, SchematicContext } from './project-tree.js';
import { withCredentialKeys, withPeers } from './project-files.js';
import { registerInRootModule } from './root-module.js';
import { rootModuleFile } from './root-module-file.js';

/** What `nest add` tells a schematic. */
export interface NestAddOptions {
  /** Where the app's sources are, as in `nest-cli.json`. */
  readonly sourceRoot?: string;
  readonly skipInstall?: boolean;
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
    register(tree, rootModuleFile(tree, sourceRoot));
    change(tree, '.env.example', withCredentialKeys);
    const lacksPeers = change(tree, 'package.json', (manifest) =>
      withPeers(manifest, installedNest(tree)),
    );
    if (lacksPeers && skipInstall !== true)
      context.addTask({ toConfiguration: () => INSTALLATION });
  };
}

/** The version of Nest that is installed: `package.json` may say `latest`, or point to a workspace. */
function installedNest(tree: ProjectTree): string | undefined {
  const path = 'node_modules/@nestjs/common/package.json';
  if (!tree.exists(path)) return undefined;
  return (JSON.parse(tree.readText(path)) as { version: string }).version;
}

function register(tree: ProjectTree, path: string): void {
  try {
    if (!tree.exists(path)) throw new Error('there is no such file');
    change(tree, path, registerInRootModule);
  } catch (error) {
    throw new Error(
      `AsposeAuthModule was not added to ${path}: ${(error as Error).message}. No file was changed. Add it to the imports of your root module, as in the README of nestjs-aspose-auth.`,
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
