/** When a client counts as down. */
export interface AsposeHealthOptions {
  /**
   * Whether a client without a token counts as down: until the first one is there, and while none can be fetched.
   *
   * Leave the option `warmUp` on with it: a replica that gets no requests would ask for no token, and stay down.
   *
   * @default false
   */
  readonly failWithoutToken?: boolean | undefined;
  /**
   * How long a token must last, in milliseconds, to count as one while renewals fail.
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
