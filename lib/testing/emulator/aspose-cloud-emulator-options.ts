/** How an emulator differs from the default one. */
export interface AsposeCloudEmulatorOptions {
  /**
   * The id of the only client known to the emulator.
   *
   * @default a fixed GUID
   */
  readonly clientId?: string;
  /**
   * The secret accepted at first.
   *
   * @default 32 fixed hexadecimal characters
   */
  readonly clientSecret?: string;
  /**
   * How long tokens are valid, in seconds.
   *
   * @default 86400
   */
  readonly lifetimeSeconds?: number;
  /**
   * The one bearer value accepted, as in a Cells container; token paths then answer 404.
   *
   * @default undefined, tokens are issued
   */
  readonly staticToken?: string;
  /**
   * The port to listen on; 0 takes any free one.
   *
   * @default 0
   */
  readonly port?: number;
  /**
   * The clock of token expiry and bans, in milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * How many refusals ban a pair of client id and secret; `Infinity` for never.
   *
   * @default 5
   * @see https://docs.aspose.cloud/total/rate-limits
   */
  readonly banAfter?: number;
}
