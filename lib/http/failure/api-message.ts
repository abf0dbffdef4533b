import { STATUS_CODES } from 'node:http';

import { cleanText } from './clean-text.js';

/** What the body of a failed answer says. */
export interface ApiMessage {
  /** What Aspose says to a person; undefined where it says nothing. */
  readonly message?: string | undefined;
  /** Its word for the failure, such as `errorItemNotFound`. */
  readonly code?: string | undefined;
  /** By what Aspose's support finds the request. */
  readonly requestId?: string | undefined;
}

/**
 * Reads the body of a failed answer, whichever product of Aspose gave it and whatever its client made of it.
 *
 * Products differ: `{ Error: { Code, Message } }` and the same in lower case, `{ Code, Message }`, `{ Errors: […] }`, problem
 * details (RFC 9457) with the problems of each field, text. Markup and the name of the status alone are no message.
 *
 * @param body - parsed or as it came.
 */
export function apiMessageOf(body: unknown): ApiMessage {
  const content = parsed(body);
  const nested = member(content, 'error');
  const holder = isObject(nested) ? nested : content;
  const said = messagesIn(content, 0).slice(0, MAX_MESSAGES).join('; ');
  return {
    message: said === '' ? undefined : said,
    code: word(member(holder, 'code')),
    requestId: word(
      member(content, 'requestId') ??
        member(member(holder, 'innerError'), 'requestId') ??
        member(content, 'traceId'),
    ),
  };
}

const MAX_MESSAGES = 3;
const MAX_ITEMS = 10;
const MAX_DEPTH = 4;

/** In the order in which they are preferred. */
const SPEAKING =
  'errors message error_description error detail description title'.split(' ');

function messagesIn(said: unknown, depth: number): string[] {
  if (typeof said === 'string') return [cleanText(said) ?? ''].filter(saysMore);
  if (!isObject(said) || depth > MAX_DEPTH) return [];
  if (Array.isArray(said))
    return said
      .slice(0, MAX_ITEMS)
      .flatMap((one) => messagesIn(one, depth + 1));
  for (const name of SPEAKING) {
    const value = member(said, name);
    const found =
      name === 'errors' && isObject(value) && !Array.isArray(value)
        ? messagesByField(value, depth + 1)
        : messagesIn(value, depth + 1);
    if (found.length > 0) return found;
  }
  return [];
}

/** The problems of each field, as ASP.NET lists them. */
function messagesByField(fields: object, depth: number): string[] {
  return Object.entries(fields)
    .slice(0, MAX_ITEMS)
    .flatMap(([field, problems]) =>
      messagesIn(problems, depth).map(
        (problem) => `${cleanText(field) ?? '-'}: ${problem}`,
      ),
    );
}

/** The name of the status alone says nothing that the status does not. */
function saysMore(text: string): boolean {
  return text !== '' && !STATUS_NAMES.has(lettersOf(text));
}

const lettersOf = (text: string) =>
  text.toLowerCase().replaceAll(/[^a-z]/g, '');

const STATUS_NAMES = new Set(
  Object.values(STATUS_CODES).map((name = '') => lettersOf(name)),
);

/** Text that holds JSON is read as such. */
function parsed(body: unknown): unknown {
  const text = textOf(body);
  if (text === undefined) return body;
  try {
    return JSON.parse(text);
  } catch {
    // What begins as JSON and is none was cut off.
    return /^\s*[{[]/.test(text) ? undefined : text;
  }
}

const MAX_BYTES = 64 * 1024;

function textOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body.slice(0, MAX_BYTES);
  if (!(body instanceof ArrayBuffer) && !ArrayBuffer.isView(body))
    return undefined;
  const bytes = ArrayBuffer.isView(body)
    ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    : new Uint8Array(body);
  return new TextDecoder().decode(bytes.subarray(0, MAX_BYTES));
}

/** A member by its name in any case. */
function member(holder: unknown, name: string): unknown {
  if (!isObject(holder)) return undefined;
  const key = Object.keys(holder).find(
    (one) => one.toLowerCase() === name.toLowerCase(),
  );
  return key === undefined ? undefined : holder[key];
}

/** A code or id: anything else is not one. */
function word(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[\w.:|-]{1,80}$/.test(text)
    ? text
    : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
