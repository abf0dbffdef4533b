/** How an emulator differs from the default one. */
export interface AsposeCloudEmulatorOptions {
  /**
   * The id of the only client that the emulator knows.
   *
   * @default a fixed GUID
   */
  readonly clientId?: string;
  /**
   * The secret that is accepted at first.
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
   * The only bearer token that is valid, as in a Cells container; token paths then answer 404.
   *
   * @default undefined, tokens are issued
   */
  readonly staticToken?: string;
  /**
   * The port to listen on; 0 for any free one.
   *
   * @default 0
   */
  readonly port?: number;
  /**
   * The clock for token expiry and bans, in milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * How often a pair of client id and secret may be refused before it is banned; `Infinity`: it never is.
   *
   * @default 5
   * @see https://docs.aspose.cloud/total/rate-limits
   */
  readonly banAfter?: number;
}
