/** What `@RequireAsposeToken()` asks of the token. */
export interface RequireAsposeTokenOptions {
  /**
   * How long the token must stay valid, in milliseconds: at least as long as the handler is expected to take.
   *
   * @default 0
   */
  readonly minValidityMs?: number | undefined;
  /**
   * The name of the client whose token it is. For the tokens of several clients, put the decorator on several times.
   *
   * @default the client without a name
   */
  readonly client?: string | undefined;
}

/** The metadata key of what is required. `Reflector.createDecorator` is not in Nest 10.0. */
export const REQUIREMENTS = 'ASPOSE_AUTH:REQUIRE_TOKEN';

/** What is required of a class or a handler itself, whatever the class extends. */
export function requirementsOf(
  target: object,
): readonly RequireAsposeTokenOptions[] {
  return (
    (Reflect.getOwnMetadata(REQUIREMENTS, target) as
      RequireAsposeTokenOptions[] | undefined) ?? []
  );
}

/** What the guard goes by: a class for which nothing is required goes by the one it extends. */
export function requirementsFor(
  target: object,
): readonly RequireAsposeTokenOptions[] {
  return (
    (Reflect.getMetadata(REQUIREMENTS, target) as
      RequireAsposeTokenOptions[] | undefined) ?? []
  );
}
