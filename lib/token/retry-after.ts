/**
 * Reads a `Retry-After` header as milliseconds; undefined if it is absent or unreadable.
 *
 * A date counts from the answer's own `Date`, so that neither clock has to be right: it may be negative.
 *
 * @param receivedAtMs - when the answer arrived, in milliseconds since the epoch; for answers without a `Date`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterMsOf(
  headers: Readonly<Record<string, string | undefined>>,
  receivedAtMs: number,
): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  const dateMs = httpDateMs(headers['date'] ?? '');
  const answeredAtMs = Number.isNaN(dateMs) ? receivedAtMs : dateMs;
  const delayMs = /^\d+$/.test(value)
    ? Number(value) * 1000
    : httpDateMs(value) - answeredAtMs;
  return Number.isNaN(delayMs) ? undefined : delayMs;
}

/** NaN for anything but a date: `Date.parse` treats "-5" as one. The asctime format names no zone and is in UTC. */
function httpDateMs(value: string): number {
  const isAsctime = /^[a-z]{3} [a-z]{3} .*\d{4}$/i.test(value);
  if (isAsctime) return Date.parse(`${value} GMT`);
  return /^[a-z]{3,9},? /i.test(value) ? Date.parse(value) : NaN;
}
