import type { ProjectTree } from './project-tree.js';

/** Where an app is started from, as `nest new` names it. */
const MAIN = 'main.ts';

/** Where the root module is, as `nest new` names it. */
const ROOT_MODULE = 'app.module.ts';

/** The file of the module that an app is created with: apps of a monorepo give it names of their own. */
export function rootModuleFile(tree: ProjectTree, sourceRoot: string): string {
  const main = `${sourceRoot}/${MAIN}`;
  const text = tree.exists(main) ? tree.readText(main) : '';
  const [, name] =
    /\bNestFactory\s*\.\s*create\w*\s*(?:<[^()]*>)?\(\s*(\w+)/.exec(text) ?? [];
  const [, path = ''] =
    new RegExp(
      String.raw`\bimport\s*\{[^}]*\b${name}\b[^}]*\}\s*from\s*['"]\./([^'"]+)['"]`,
    ).exec(text) ?? [];
  const file = `${sourceRoot}/${path.replace(/\.js$/, '')}.ts`;
  return path !== '' && tree.exists(file)
    ? file
    : `${sourceRoot}/${ROOT_MODULE}`;
}
