/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON object, or a JSON string that holds one; undefined for everything else.
 *
 * A member that is null is absent: some servers write every field that they know.
 */
export function readObject(text: string): JsonObject | undefined {
  const outer = parseJson(text);
  const json = typeof outer === 'string' ? parseJson(outer) : outer;
  if (!isObject(json)) return undefined;
  const members = Object.entries(json).filter(([, member]) => member !== null);
  return Object.fromEntries(members);
}

/**
 * Reads the claims of a JWT; undefined for other text.
 *
 * Nothing is verified: the claims serve to plan a refresh, never as proof.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-3
 */
export function readJwtClaims(text: string): JsonObject | undefined {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1] ?? '';
  const claims = parseJson(Buffer.from(payload, 'base64url').toString());
  return isObject(claims) ? claims : undefined;
}

/** Parses JSON; undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
