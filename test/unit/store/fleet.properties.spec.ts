import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type Adversity,
  anyFleetCourse,
  anyTraits,
  FleetCourse,
} from '../../support/fleet-course.js';
import { scaled } from '../../support/scale.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const RUNS = scaled(40, 1_000);
/** So many courses take their time. */
const TIMEOUT_MS = scaled(60_000, 900_000);

/** Printed with a failure; set the variable to draw the same courses again. */
const SEED = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);

describe('processes that share a store, whatever happens', () => {
  for (const adversity of ['kills', 'flushes'] as const)
    it(
      `are never refused a fifth time in ten minutes, with ${adversity}, and hand out no token that has ended`,
      async () => {
        await assertAll(adversity, ({ fleet: { aspose }, faults }) => {
          const { bans, mostRefusals } = aspose;
          expect({ faults, bans }).toEqual({ faults: [], bans: 0 });
          expect(mostRefusals).toBeLessThanOrEqual(4);
        });
      },
      TIMEOUT_MS,
    );

  it(
    'hang and fail with no store, and hand out no token that has ended',
    async () => {
      await assertAll('all', ({ faults }) => expect(faults).toEqual([]));
    },
    TIMEOUT_MS,
  );
});

async function assertAll(
  adversity: Adversity,
  check: (played: FleetCourse) => void,
): Promise<void> {
  const unhandled = await unhandledRejectionsOf(() =>
    fc.assert(
      fc.asyncProperty(
        anyTraits,
        anyFleetCourse(adversity),
        async (traits, course) => {
          check(await new FleetCourse(traits).run(course));
        },
      ),
      { numRuns: RUNS, seed: SEED },
    ),
  );
  expect(unhandled).toEqual([]);
}
