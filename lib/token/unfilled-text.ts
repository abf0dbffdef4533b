/** In one pair of quotes as a whole, as `docker --env-file` leaves them. */
const QUOTED = /^(?:"[^]*"|'[^]*'|`[^]*`|“[^]*”|‘[^]*’)$/;

/** What stands where an id, a secret or a token is to be put. No GUID, no hexadecimal text and no JWT looks like it. */
const PLACEHOLDERS = [
  // <client id>, [secret], {{ secret }}, [object Object]
  /^[<[{][^]*[>\]}]$/,
  // ${ASPOSE_CLIENT_ID}, $(…), $ASPOSE_CLIENT_ID, %ASPOSE_CLIENT_ID%
  /^\$[({][^]*[)}]$/,
  /^\$[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/,
  /^%\w+%$/,
  /^ASPOSE_CLIENT_(?:ID|SECRET)$/,
  // your-client-id, YOUR_CLIENT_SECRET, yourSecret, client-id-here, insert your id
  /^your(?:[-_ ]|client|app|access|secret|token|id\b|key\b)/i,
  /[-_ ]here$/i,
  /^(?:insert|enter|paste|put|replace)[-_ ](?:your|client|app|access|secret|token|id|key|me|this|with)(?![a-z])/i,
  // In capitals only: a client that is not of Aspose Cloud may well be called todo.
  /^(?:TO[-_ ]?DO|TBD|FIXME)$/,
  // changeme, xxx, xxxxxxxx-xxxx-…, ***, …
  /^(?:change[-_ ]?(?:me|it)|replace[-_ ]?(?:me|it)|undefined|null|nan)$/i,
  /^(?:x[x-]{2,}|\*{3,}|\.{3,}|…+|-{3,}|_{3,})$/i,
];

/** A problem if a text is still in quotes. */
export function quotedProblems(name: string, text: string): string[] {
  return QUOTED.test(text)
    ? [
        `${name} is in quotes: remove them (docker --env-file takes them for a part of the value).`,
      ]
    : [];
}

/**
 * Lists why a text cannot be the id, secret or token that it is given as: it is still in quotes, or a placeholder.
 *
 * Sent, it would be refused, and a refusal is precious.
 */
export function unfilledProblems(name: string, text: string): string[] {
  const quoted = quotedProblems(name, text);
  if (quoted.length > 0) return quoted;
  if (PLACEHOLDERS.some((placeholder) => placeholder.test(text)))
    return [
      `${name} is a placeholder: put your own in its place (https://dashboard.aspose.cloud/applications). If it is meant to be read from a variable, nothing has done that.`,
    ];
  return [];
}
