/** A call of a method of an API object. */
export interface MethodCall {
  /** The method, for a log: `CellsApi.getFilesList`. */
  readonly name: string;
  readonly input: unknown[];
  /** Calls the method itself, on the object itself. */
  readonly make: (input: unknown[]) => unknown;
}

type Method = (...input: unknown[]) => unknown;

const replaced = new WeakSet<object>();

/**
 * Has a function called in place of each method of an API object. All else of the object stays as it is: its fields, its
 * class, and the methods' own fields, such as those of a test's spy.
 */
export function replaceMethods<Api extends object>(
  api: Api,
  answer: (call: MethodCall) => unknown,
): Api {
  const replacements = new WeakMap<object, object>();
  const replacementOf = (method: Method, field: string | symbol) => {
    const known = replacements.get(method);
    if (known !== undefined) return known;
    const name = `${api.constructor?.name ?? 'An SDK'}.${String(field)}`;
    const make = (input: unknown[]): unknown =>
      Reflect.apply(method, api, input);
    const replacement = new Proxy(method, {
      apply: (_, __, input: unknown[]) => answer({ name, input, make }),
    });
    replacements.set(method, replacement);
    replaced.add(replacement);
    return replacement;
  };
  // Accessors may read private fields, which only the object itself has.
  return new Proxy(api, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || name in Object.prototype)
        return member;
      return replaced.has(member)
        ? member
        : replacementOf(member as Method, name);
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
}
