/** What a deep copy makes of the objects it meets. */
export interface CopyRules {
  /** Whether all there is to an object is in its own fields, which are copied in turn. */
  readonly isData: (value: object) => boolean;
  /** Returns what stands for any other object in the copy. */
  readonly copyOfOther: (value: object) => unknown;
}

/** Copies a value at any depth; each object once, so that a cycle stays a cycle. */
export function deepCopy<T>(value: T, rules: CopyRules): T {
  return copyOf(value, rules, new Map()) as T;
}

function copyOf(
  value: unknown,
  rules: CopyRules,
  copies: Map<object, unknown>,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (!rules.isData(value)) {
    const other = rules.copyOfOther(value);
    copies.set(value, other);
    return other;
  }
  const copy: object = Array.isArray(value)
    ? []
    : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
  copies.set(value, copy);
  for (const [name, member] of Object.entries(value))
    Object.defineProperty(copy, name, {
      value: copyOf(member, rules, copies),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  return copy;
}
