const MAX_LENGTH = 100;

/** A caller's name as it may be logged: in one line, without control characters, and no longer than 100 characters. */
export function printableCaller(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const text =
    name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH - 1)}…` : name;
  // Also those that no eye sees, that turn the direction of what follows, and half of a pair.
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
