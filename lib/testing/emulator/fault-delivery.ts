import type { ServerResponse } from 'node:http';
import type { EmulatorFault } from './emulator-faults.js';

/**
 * Prepares a response to deliver its genuine answer as badly as the fault has it.
 *
 * Resolves when the answer may be written.
 *
 * @internal
 */
export async function spoilDelivery(
  fault: EmulatorFault | undefined,
  response: ServerResponse,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  switch (fault?.kind) {
    case 'slow-headers':
      return pause(fault.delayMs);
    case 'slow-body':
      return withholdBody(response, async ([firstHalf, secondHalf]) => {
        response.write(firstHalf);
        await pause(fault.delayMs);
        response.end(secondHalf);
      });
    case 'truncated':
      return withholdBody(response, ([firstHalf]) => {
        if (!response.headersSent) response.removeHeader('Content-Length');
        response.write(firstHalf, () => {
          // Without chunks a length was promised and cannot be kept: only breaking off is left.
          if (response.chunkedEncoding) response.end();
          else response.destroy();
        });
      });
    default:
      return;
  }
}

/**
 * Keeps back what is written to the response, and hands it over in two halves at its end.
 *
 * The response itself is changed, because routes write to it directly.
 */
function withholdBody(
  response: ServerResponse,
  release: (halves: [Buffer, Buffer]) => unknown,
): void {
  const withheld: Buffer[] = [];
  const withhold = (...args: unknown[]): true => {
    withheld.push(toBuffer(args[0], args[1]));
    // A route may wait for its callback before it goes on.
    const written = args.find((arg) => typeof arg === 'function');
    if (written) queueMicrotask(() => written());
    return true;
  };
  response.write = withhold;
  response.end = (...args: unknown[]) => {
    withhold(...args);
    Reflect.deleteProperty(response, 'write');
    Reflect.deleteProperty(response, 'end');
    const body = Buffer.concat(withheld);
    const middle = Math.ceil(body.length / 2);
    release([body.subarray(0, middle), body.subarray(middle)]);
    return response;
  };
}

function toBuffer(chunk: unknown, encoding: unknown): Buffer {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  if (typeof chunk !== 'string') return Buffer.alloc(0);
  return Buffer.from(
    chunk,
    typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8',
  );
}
