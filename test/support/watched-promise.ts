/** What has become of a promise so far. */
export interface WatchedPromise<T> {
  readonly state: 'pending' | 'fulfilled' | 'rejected';
  readonly value?: T;
  readonly reason?: unknown;
}

/** Watches a promise, so that a test can turn the clock meanwhile; its rejection counts as handled. */
export function watch<T>(promise: Promise<T>): WatchedPromise<T> {
  const watched: {
    state: WatchedPromise<T>['state'];
    value?: T;
    reason?: unknown;
  } = { state: 'pending' };
  promise.then(
    (value) => Object.assign(watched, { state: 'fulfilled', value }),
    (reason: unknown) => Object.assign(watched, { state: 'rejected', reason }),
  );
  return watched;
}
