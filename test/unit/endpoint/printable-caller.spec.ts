import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { printableCaller } from '../../../lib/endpoint/printable-caller.js';

describe('printableCaller()', () => {
  it.each(['reports', 'Müller & Söhne', '日本', '👩', '0'.repeat(100)])(
    'leaves %s as it is',
    (name) => {
      expect(printableCaller(name)).toBe(name);
    },
  );

  it.each([
    'a\nERROR [AsposeAuth] forged',
    'a\r\nb',
    'a\u2028b',
    'a\u2029b',
    'a\u0085b',
    'a\u001b[2Jb',
    'a\u202eb',
    'a\u200bb',
    'a\ufeffb',
    'a\ud800b',
    'a\0b',
  ])('has nothing in it that could forge a line or hide: %j', (name) => {
    const printable = printableCaller(name);

    expect(printable).not.toBe(name);
    expect(printable).toMatch(/^a\ufffd+./);
    expect(JSON.stringify(printable)).not.toMatch(/\\[nrux]/);
  });

  it('is never longer than 100 characters, and always one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const printable = printableCaller(name) ?? '';
        expect(printable.length).toBeLessThanOrEqual(100);
        expect(printable).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
      }),
    );
  });

  it.each([undefined, null, 7, {}, ['a'], Promise.resolve('a')])(
    'is no name if it is no text: %o',
    (name) => {
      expect(printableCaller(name)).toBeUndefined();
    },
  );
});
