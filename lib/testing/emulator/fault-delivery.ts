import type { ServerResponse } from 'node:http';

import type { EmulatorFault } from './emulator-faults.js';

/** Makes a response deliver its genuine answer badly; resolves when the answer may be written. */
export async function spoilDelivery(
  fault: EmulatorFault | undefined,
  response: ServerResponse,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  switch (fault?.kind) {
    case 'slow-headers':
      return pause(fault.delayMs);
    case 'slow-body':
      return withholdBody(response, async (firstHalf, secondHalf) => {
        response.write(firstHalf);
        await pause(fault.delayMs);
        response.end(secondHalf);
      });
    case 'truncated':
      return withholdBody(response, (firstHalf) => {
        if (!response.headersSent) response.removeHeader('Content-Length');
        response.write(firstHalf, () => {
          // Without chunks a length was promised and cannot be kept: all that is left is to break off.
          if (response.chunkedEncoding) response.end();
          else response.destroy();
        });
      });
  }
}

/**
 * Withholds what is written to the response, and hands it over in two halves when it ends.
 *
 * Changes the response itself, because routes write to it directly.
 */
function withholdBody(
  response: ServerResponse,
  release: (firstHalf: Buffer, secondHalf: Buffer) => unknown,
): void {
  const withheld: Buffer[] = [];
  const withhold = (...args: unknown[]): true => {
    const [chunk, encoding] = args.filter((arg) => typeof arg !== 'function');
    withheld.push(
      Buffer.from((chunk ?? '') as string, encoding as BufferEncoding),
    );
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
    release(body.subarray(0, middle), body.subarray(middle));
    return response;
  };
}
