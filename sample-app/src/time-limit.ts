/** For one call to Aspose. Neither `fetch` nor axios nor the SDK has one of its own. */
export const TIMEOUT_MS = 60_000;
