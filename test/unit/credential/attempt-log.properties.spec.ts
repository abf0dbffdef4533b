import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyCourse, CredentialFleet } from '../../support/credential-fleet.js';

const RUNS = 400;
/** Printed with a failure; set the variable to draw the same courses again. */
const SEED = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31);

/** How far the clocks of the replicas are ahead of the store's: a monotonic clock starts anywhere. */
const clocks = fc.array(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), {
  minLength: 1,
  maxLength: 3,
});

describe('replicas that go by the log', () => {
  it('never send an attempt while Aspose counts four refused ones', () => {
    fc.assert(
      fc.property(clocks, anyCourse(), (aheadMs, course) => {
        const fleet = new CredentialFleet(aheadMs).run(course);
        expect(fleet.fifths).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
