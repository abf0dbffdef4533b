/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a JSON object, or a JSON string that holds one; undefined for everything else. */
export function readObject(text: string): JsonObject | undefined {
  const outer = parseJson(text);
  const json = typeof outer === 'string' ? parseJson(outer) : outer;
  return isObject(json) ? json : undefined;
}

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Parses JSON; undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
