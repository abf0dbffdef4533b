const MIN_HOLD_MS = 1_000;
const MAX_HOLD_MS = 15 * 60_000;

/**
 * Reads a `Retry-After` header as milliseconds from 1 s to 15 min; undefined if it is absent or unreadable.
 *
 * A date counts from the answer's own `Date`, so that neither clock has to be right.
 *
 * @param receivedAtMs - when the answer arrived, in milliseconds since the epoch; for answers without a `Date`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | undefined>>,
  receivedAtMs: number,
): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  const delayMs = /^\d+$/.test(value)
    ? Number(value) * 1000
    : httpDateMs(value) - answeredAtMs(headers, receivedAtMs);
  if (Number.isNaN(delayMs)) return undefined;
  return Math.min(Math.max(delayMs, MIN_HOLD_MS), MAX_HOLD_MS);
}

/** NaN for anything but a date: `Date.parse` treats "-5" as one. The asctime format names no zone and is in UTC. */
function httpDateMs(value: string): number {
  const isAsctime = /^[a-z]{3} [a-z]{3} .*\d{4}$/i.test(value);
  if (isAsctime) return Date.parse(`${value} GMT`);
  return /^[a-z]{3,9},? /i.test(value) ? Date.parse(value) : NaN;
}

function answeredAtMs(
  headers: Readonly<Record<string, string | undefined>>,
  receivedAtMs: number,
): number {
  const date = httpDateMs(headers['date'] ?? '');
  return Number.isNaN(date) ? receivedAtMs : date;
}
