import {
  isRecord,
  problemsIn,
  typeOf,
  typeProblems,
  unknownNames,
} from '../checks/option-checks.js';
import { hasCallerGuard } from '../inbound/caller-guards.js';
import type { AsposeConsoleOptions } from './aspose-console-options.interface.js';

/** How every list of problems of a console begins. */
export const CANNOT_START = 'AsposeConsoleModule cannot start';

const KNOWN_OPTIONS = ['path', 'guards', 'public', 'decorators', 'imports'];

/** Lists what Nest would fail on obscurely, before anything is checked at boot. */
export function shapeProblems(options: unknown): string[] {
  if (!isRecord(options))
    return [`The options must be an object, not ${typeOf(options)}.`];
  const { path, guards, decorators, imports } = options;
  const isOther = (value: unknown) =>
    value !== undefined && !Array.isArray(value);
  return problemsIn({
    'path must be a text such as aspose-console.':
      path !== undefined && typeof path !== 'string',
    'guards must be a list: guards: [OperatorGuard].': isOther(guards),
    "decorators must be a list: decorators: [Roles('operator')].":
      isOther(decorators),
    'imports must be a list: imports: [OperatorModule].': isOther(imports),
  });
}

/**
 * Lists what is wrong with a console's options; empty if the app may serve it.
 *
 * @param clients - the clients that it shows; undefined where it cannot see them.
 * @param contestedPath - the path of the page or its stream, if something else of this package is served there, too.
 */
export function consoleProblems(
  options: AsposeConsoleOptions,
  clients: object | undefined,
  contestedPath: string | undefined,
): string[] {
  return [
    ...unknownNames({ ...options }, KNOWN_OPTIONS),
    ...typeProblems({ ...options }, 'public', 'boolean'),
    ...problemsIn({
      'path is empty.': options.path?.trim() === '',
      [`path: /${contestedPath} is served twice, and only the first would ever be asked. Give one of the two another path.`]:
        contestedPath !== undefined,
      'Anyone could look: name a guard of yours that decides who may, or set public: true if guards of the whole app or its network do. AsposeTokenGuard does not.':
        options.public !== true && !hasCallerGuard(options.guards ?? []),
      'There is no AsposeAuthModule whose tokens could be shown: register it in the root module. If it has isGlobal: false, name the module that exports it in imports.':
        clients === undefined,
    }),
  ];
}
