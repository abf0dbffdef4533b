/** The middle value; the mean of the middle two. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that a fraction of all values does not exceed. */
export function quantile(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)];
}

/** Half of the ratios are within so many percent of the middle one, above or below. */
export function scatter(ratios) {
  return (quantile(ratios, 0.75) - quantile(ratios, 0.25)) * 50;
}

/** Figure by figure, the median of several runs: for what is timed. */
export function medians(runs) {
  return figureByFigure(runs, median);
}

/** Figure by figure, the most of several runs: for what is counted, as one failed call in one run is a failed call. */
export function worst(runs) {
  return figureByFigure(runs, (values) => Math.max(...values));
}

function figureByFigure(runs, combined) {
  return Object.fromEntries(
    Object.keys(runs[0]).map((key) => [
      key,
      combined(runs.map((run) => run[key])),
    ]),
  );
}
