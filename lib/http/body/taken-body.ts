/** The body of a request as it is at the call, whatever its owner does with it later. */
export interface TakenBody<Body = unknown> {
  /** Whether it can be sent a second time. */
  readonly isReplayable: boolean;
  /** Aborts when the body fails before it is sent. */
  readonly failure?: AbortSignal | undefined;
  /**
   * What is to be sent in an attempt. To be called once where the body is not replayable.
   *
   * @throws what the body failed with before.
   */
  release(): Body;
  /** Lets go of a body that is not sent. If nobody else reads a Node stream, nothing of it is lost. */
  letGo(): void;
}
