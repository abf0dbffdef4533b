/** How many tokens a client has handed out, by where they came from. Plain numbers: counting must cost the hot path nothing. */
export class Acquisitions {
  /** From memory: the caller did not wait, or waited in vain for a newer one. */
  memory = 0;
  /** From a store that processes share; the caller waited for it. */
  store = 0;
  /** From the token endpoint; the caller waited for it. One token may be handed to many callers. */
  endpoint = 0;
}
