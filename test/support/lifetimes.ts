/** For each lifetime in seconds: the window refreshAt is drawn from, S and E, all in milliseconds. */
export const LIFETIMES = [
  { seconds: 1, earliest: 500, latest: 600, safety: 100, end: 50 },
  { seconds: 2, earliest: 1_000, latest: 1_200, safety: 200, end: 100 },
  { seconds: 59, earliest: 29_500, latest: 35_400, safety: 5_900, end: 1_000 },
  { seconds: 60, earliest: 42_000, latest: 48_000, safety: 6_000, end: 1_000 },
  {
    seconds: 300,
    earliest: 210_000,
    latest: 240_000,
    safety: 30_000,
    end: 1_000,
  },
  {
    seconds: 3_600,
    earliest: 2_520_000,
    latest: 2_880_000,
    safety: 30_000,
    end: 1_000,
  },
  {
    seconds: 86_400,
    earliest: 60_480_000,
    latest: 69_120_000,
    safety: 30_000,
    end: 1_000,
  },
  {
    seconds: 10_000_000,
    earliest: 7_000_000_000,
    latest: 8_000_000_000,
    safety: 30_000,
    end: 1_000,
  },
] as const;
