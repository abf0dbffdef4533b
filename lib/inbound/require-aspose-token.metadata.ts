/** What `@RequireAsposeToken()` asks of the token. */
export interface RequireAsposeTokenOptions {
  /**
   * How long, in milliseconds, the token must at least stay valid: the expected duration of the handler.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
}

/**
 * What the guard finds the options of the decorator by. `Reflector.createDecorator` is younger than Nest 10.
 *
 * @internal
 */
export const REQUIRE_ASPOSE_TOKEN = 'ASPOSE_AUTH:REQUIRE_TOKEN';
