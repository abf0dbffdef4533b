/** When a client counts as down. */
export interface AsposeHealthOptions {
  /**
   * Whether a client is down, too, while it has no token: until the first one is there, and while none can be fetched.
   *
   * Needs a `warmUp`: a replica that gets no requests asks for no token otherwise, and stays down.
   *
   * @default false
   */
  readonly failWithoutToken?: boolean | undefined;
  /**
   * While renewals fail, a token that will not last for longer than this counts as none, in milliseconds.
   *
   * @default 0
   */
  readonly runwayMs?: number | undefined;
}

/** The options with their defaults. */
export interface HealthSettings {
  readonly failWithoutToken: boolean;
  readonly runwayMs: number;
}

/** The options that an app leaves out. */
export const DEFAULT_HEALTH: HealthSettings = {
  failWithoutToken: false,
  runwayMs: 0,
};
