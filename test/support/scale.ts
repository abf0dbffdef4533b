/** Whether this run is to try what is large in whole, as `npm run soak` does, or a part of it. */
const isWhole = process.env['WHOLE'] !== undefined;

/** A size: the second one is for `npm run soak`. */
export function scaled(part: number, whole: number): number {
  return isWhole ? whole : part;
}
