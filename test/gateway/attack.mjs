// Sends every form of a path to a gateway, and says which got further than they may.
import { FAMILIES } from './path-forms.mjs';
import { exchange, statusesIn } from './wire.mjs';

export { ALLOW } from './path-forms.mjs';

const AT_ONCE = 16;

const forms = Object.entries(FAMILIES).flatMap(([family, members]) =>
  members.map((member) => ({ family, ...member })),
);

/** What there is to send. */
export const CORPUS = {
  families: Object.keys(FAMILIES).length,
  forms: forms.length,
};

/**
 * Attacks the gateway at `/aspose` of an app, which allows {@link ALLOW}.
 *
 * @returns a line for each form that reached the upstream, and should not have, or changed on its way.
 */
export async function attack(url, upstream) {
  const faults = [];
  const waiting = forms.map((one, number) => ({
    ...one,
    id: `form-${number}`,
  }));
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      await send(one);
  };
  const send = async ({ family, method, target, expected, id }) => {
    const answer = await exchange(
      url,
      `${method} ${target} HTTP/1.1\r\nHost: app.example\r\nx-request-id: ${id}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    const seen = [
      ...upstream.received.matchAll(
        new RegExp(
          `^(.*) HTTP/1\\.1\r\n(?:.+\r\n)*x-request-id: ${id}\r\n`,
          'gim',
        ),
      ),
    ].map(([, line]) => line);
    const wanted = expected === undefined ? [] : [`${method} ${expected}`];
    const [status = 0] = statusesIn(answer);
    // Node hangs up on CONNECT.
    const isAnswered =
      expected === undefined
        ? status === 0 || (status >= 400 && status < 500)
        : status === 200;
    if (seen.join('\n') !== wanted.join('\n') || !isAnswered)
      faults.push(JSON.stringify({ family, method, target, status, seen }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return faults;
}
