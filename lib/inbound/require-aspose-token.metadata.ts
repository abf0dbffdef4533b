/** What `@RequireAsposeToken()` asks of the token. */
export interface RequireAsposeTokenOptions {
  /**
   * How long the token must stay valid, in milliseconds: at least as long as the handler is expected to take.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
}

/**
 * The metadata key of the decorator's options. `Reflector.createDecorator` is not in Nest 10.0.
 *
 * @internal
 */
export const REQUIRE_ASPOSE_TOKEN = 'ASPOSE_AUTH:REQUIRE_TOKEN';
