import { typeOf } from '../checks/option-checks.js';
import { hasSlash, isTokenPath, readTarget } from './gateway-target.js';

/** A call that a gateway lets through. */
interface AllowedCall {
  readonly method: string;
  /** Of the path; `*` stands for any one. */
  readonly segments: readonly string[];
  /** Whether further segments may follow. */
  readonly isOpen: boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const EXAMPLE = "'PUT /v4.0/cells/convert/*'";

/**
 * Lists what is wrong with the option `allow`; empty if nothing is.
 *
 * @param tokenPath - that of the client's token endpoint, where it is below the same `baseUrl`.
 */
export function allowProblems(allow: unknown, tokenPath?: string): string[] {
  if (!Array.isArray(allow) || allow.length === 0)
    return [
      `allow must be a list of the calls that may be made, at least one, such as [${EXAMPLE}]: without it, nothing would be let through.`,
    ];
  return allow.flatMap((pattern, index) => {
    const problem = patternProblem(pattern, tokenPath);
    return problem === undefined ? [] : [`allow[${index}] ${problem}`];
  });
}

function patternProblem(
  pattern: unknown,
  tokenPath: string | undefined,
): string | undefined {
  if (typeof pattern !== 'string')
    return `must be a text such as ${EXAMPLE}, not ${typeOf(pattern)}.`;
  const [method = '', path, ...rest] = pattern.split(' ');
  if (path === undefined || rest.length > 0 || !path.startsWith('/'))
    return `must be a method, a space and a path, such as ${EXAMPLE}: "${pattern}" is not.`;
  if (!METHODS.includes(method))
    return `has the method "${method}". The methods are ${METHODS.join(', ')}.`;
  const segments = path.split('/').slice(1);
  const isWildcard = (segment: string, index: number) =>
    segment === '*' || (segment === '**' && index === segments.length - 1);
  if (
    segments.some((one, index) => one.includes('*') && !isWildcard(one, index))
  )
    return `may have * in place of a whole segment, and ** in place of the last: "${pattern}" has another.`;
  if (readTarget(path.replaceAll('*', 'x'))?.query !== '')
    return `is a path that the gateway refuses for every caller, because of its characters, an empty segment or a dot segment: "${pattern}".`;
  if (
    !path.endsWith('**') &&
    isTokenPath(path.replaceAll('*', 'token'), tokenPath)
  )
    return `would let callers ask for tokens: "${pattern}". Serve AsposeTokenEndpointModule for that.`;
  return undefined;
}

/** The calls that a gateway lets through. */
export class AllowList {
  readonly #calls: readonly AllowedCall[];
  readonly #tokenPath: string | undefined;

  /**
   * @param allow - has no {@link allowProblems | problems}.
   * @param tokenPath - that of the client's token endpoint, where it is below the same `baseUrl`.
   */
  constructor(allow: readonly string[], tokenPath?: string) {
    this.#tokenPath = tokenPath;
    this.#calls = allow.map((pattern) => {
      const [method = '', path = ''] = pattern.split(' ');
      const segments = path.split('/').slice(1);
      const isOpen = segments.at(-1) === '**';
      return {
        method,
        isOpen,
        segments: isOpen ? segments.slice(0, -1) : segments,
      };
    });
  }

  /** Whether a call is let through. The token endpoint never is. */
  has(method: string, path: string): boolean {
    const segments = path.split('/').slice(1);
    return (
      this.#calls.some(
        (call) => isMethod(call, method) && isPath(call, segments),
      ) && !isTokenPath(path, this.#tokenPath)
    );
  }
}

function isMethod({ method }: AllowedCall, given: string): boolean {
  return method === given || (method === 'GET' && given === 'HEAD');
}

function isPath(
  { segments, isOpen }: AllowedCall,
  given: readonly string[],
): boolean {
  const isLong = isOpen
    ? given.length > segments.length && given[segments.length] !== ''
    : given.length === segments.length;
  return (
    isLong &&
    segments.every((segment, index) =>
      segment === '*'
        ? given[index] !== '' && !hasSlash(given[index]!)
        : segment === given[index],
    )
  );
}
