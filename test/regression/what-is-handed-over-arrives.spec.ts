import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  COMPARED_CLIENTS,
  type ComparedClient,
} from '../support/handed-over/clients.js';
import {
  AXIOS_INPUTS,
  FETCH_INPUTS,
  HOPELESS_INPUTS,
  type Input,
  INPUTS,
} from '../support/handed-over/inputs.js';
import { type Moment, MOMENTS } from '../support/handed-over/moments.js';
import {
  type RecordingApi,
  startRecordingApi,
} from '../support/handed-over/recording-api.js';
import { rejectionOf } from '../support/rejection.js';
import { scaled } from '../support/scale.js';

/** How often each input is tried at each moment with each client; in whole, at least 2,000 cases a client. */
const RUNS = scaled(10, 45);
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

const shapes = fc.record({
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    // More than a stream holds ready at once.
    fc.nat({ max: 200_000 }).map((length) => new Uint8Array(length).fill(7)),
  ),
  variant: fc.nat({ max: 255 }),
});

type DrawnShape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

interface Case {
  readonly client: ComparedClient;
  readonly input: Input;
  readonly moment: Moment;
}

/** Makes a call that is spoilt at a moment. */
async function spoiltCall(
  { client, input, moment }: Case,
  drawn: DrawnShape,
  api: RecordingApi,
  elsewhere: RecordingApi,
) {
  const prepared = await moment.prepare(api);
  const call = client.withTokens(prepared.tokens, api.url);
  const { call: given, spoil } = input({
    url: `${api.url}/file`,
    elsewhere: elsewhere.host,
    ...drawn,
  });
  api.arrived.length = 0;
  const calling = call(given, prepared.aspose);
  calling.catch(() => {});
  await prepared.reached(calling);
  spoil();
  prepared.goOn();
  return calling.finally(() => api.unauthorized.clear());
}

async function bareCall(
  { client, input }: Case,
  drawn: DrawnShape,
  api: RecordingApi,
  elsewhere: RecordingApi,
) {
  api.arrived.length = 0;
  const { call } = input({
    url: `${api.url}/file`,
    elsewhere: elsewhere.host,
    ...drawn,
    // Nobody reads it but the client.
    variant: drawn.variant & 0b1111,
  });
  await client.bare(call);
  return api.arrived.at(-1);
}

/** What an error and its cause go by; fetch wraps what a body fails with. */
function namesOf(error: unknown): unknown[] {
  const { code, message, cause } = error as NodeJS.ErrnoException;
  return [code, message, ...(cause === undefined ? [] : namesOf(cause))];
}

describe.each(COMPARED_CLIENTS)(`Through $name (seed ${seed}),`, (client) => {
  const own = client.name === 'AsposeFetch' ? FETCH_INPUTS : AXIOS_INPUTS;

  describe.each(Object.entries<Input>({ ...INPUTS, ...own }))(
    '%s',
    (_, input) => {
      it.each(Object.entries<Moment>(MOMENTS))(
        'arrives as it was handed over, whatever becomes of it %s',
        async (_name, moment) => {
          const api = await startRecordingApi();
          const elsewhere = await startRecordingApi();
          const tried = { client, input, moment };
          await fc.assert(
            fc.asyncProperty(shapes, async (drawn) => {
              const wanted = await bareCall(tried, drawn, api, elsewhere);

              await spoiltCall(tried, drawn, api, elsewhere);

              expect(wanted).toBeDefined();
              expect(api.arrived.length).toBeGreaterThan(0);
              for (const { authorization, ...request } of api.arrived) {
                expect({ ...request, authorization: undefined }).toStrictEqual(
                  wanted,
                );
                expect(authorization).toMatch(/^Bearer token-[12]$/);
              }
              expect(elsewhere.arrived).toStrictEqual([]);
            }),
            { seed, numRuns: RUNS },
          );
        },
      );
    },
  );

  describe.each(Object.entries(HOPELESS_INPUTS))(
    '%s',
    (_, { input, failure }) => {
      it.each(Object.entries<Moment>(MOMENTS).slice(0, 3))(
        'fails the call, whatever becomes of it %s',
        async (_name, moment) => {
          const api = await startRecordingApi();
          const elsewhere = await startRecordingApi();
          await fc.assert(
            fc.asyncProperty(shapes, async (drawn) => {
              const error = await rejectionOf(
                spoiltCall({ client, input, moment }, drawn, api, elsewhere),
              );

              expect(namesOf(error)).toContainEqual(
                expect.stringMatching(failure),
              );
              expect(api.arrived).toStrictEqual([]);
            }),
            { seed, numRuns: RUNS },
          );
        },
      );
    },
  );
});
