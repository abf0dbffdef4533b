const SHORT = 4 * 1024;
const LONG = 32 * 1024;
const RUNS = 3;
/** Below this a duration is noise. */
const LEAST_MS = 0.2;

/** What quadratic work exceeds by far with texts of these lengths, and linear work by chance alone never does. */
export const LINEAR = (4 * LONG) / SHORT;

/** How many times as long 32 kB take as 4 kB: 8 times in linear time, 64 times in quadratic time. */
export function growthOf(
  work: (text: string) => unknown,
  textOf: (length: number) => string,
): number {
  const [short, long] = [SHORT, LONG].map((length) =>
    bestOf(work, textOf(length)),
  );
  return Math.max(long ?? 0, LEAST_MS) / Math.max(short ?? 0, LEAST_MS);
}

/** The quickest run: whatever else the machine does only makes one longer. */
function bestOf(work: (text: string) => unknown, text: string): number {
  return Math.min(
    ...Array.from({ length: RUNS }, () => {
      const start = performance.now();
      work(text);
      return performance.now() - start;
    }),
  );
}

/** A text of a length, or of little more, made of one piece. */
export const repeated =
  (piece: string, before = '', after = '') =>
  (length: number): string =>
    before + piece.repeat(Math.ceil(length / piece.length)) + after;
