const MAX_LENGTH = 500;

/**
 * Makes a text of an API fit to be shown or logged: one line of at most 500 characters, without what identifies anyone.
 *
 * It loses control characters and those that turn the direction of what follows, what a URL has besides its path, and
 * whatever looks like a token, a password or a key. A stack trace ends it.
 *
 * @returns undefined for a text that says nothing to a person: an empty one, and markup.
 */
export function cleanText(text: string): string | undefined {
  const line = text
    .slice(0, 8 * MAX_LENGTH)
    .replace(/\n\s*at [\s\S]*$/, '')
    .replace(INVISIBLE, ' ')
    .replaceAll(URLS, (url) => bareUrl(url))
    .replaceAll(/\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '[redacted]')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g, '[redacted]')
    .replaceAll(/\b[\da-f]{32,}\b/gi, '[redacted]')
    .replaceAll(/\b(?:AKIA|ASIA)[A-Z\d]{12,}\b/g, '[redacted]')
    .replaceAll(NAMED_SECRETS, '$1[redacted]')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (line === '' || /^<|<(?:html|body|!doctype)\b/i.test(line))
    return undefined;
  const characters = Array.from(line);
  return characters.length > MAX_LENGTH
    ? `${characters.slice(0, MAX_LENGTH - 1).join('')}…`
    : line;
}

/** Controls, line separators, marks of direction and halves of characters. */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/gu;

const URLS = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>]+/gi;

/** After a colon, only what is quoted or has a digit: `Invalid token: the file is too large` is for people. */
const NAMED_SECRETS =
  /\b((?:[\w-]*(?:secret|password|passwd|pwd|token|signature|credential|(?:account|access)[-_]?key)|sig|api[-_]?key|app[-_]?(?:key|sid)|client[-_]?id)["']?\s*(?:=\s*|:\s*(?=["']|[^\s,;&}\d]*\d)))(?:"[^"]*"?|'[^']*'?|[^\s,;&}]+)/gi;

function bareUrl(text: string): string {
  if (!URL.canParse(text)) return '[URL]';
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
