import type { Readable } from 'node:stream';

import type { AsposeRequestOptions } from '../../../lib/index.js';
import type { StartedApp } from '../nest-app.js';

/** One request, whatever client makes it. */
export interface OutboundRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
  /** How long the API may take to answer. */
  readonly timeoutMs?: number;
  readonly aspose?: AsposeRequestOptions;
}

/** Its answer; 4xx and 5xx are answers, too. */
export interface OutboundAnswer {
  readonly status: number;
  readonly body: string;
}

/** A way in which an app calls Aspose, made to look like all others. */
export interface OutboundClient {
  readonly name: string;
  /** What becomes of a request to an origin that may not receive the token. */
  readonly foreignOrigin: 'forbidden' | 'left alone';
  connect(
    app: StartedApp,
  ): Promise<(request: OutboundRequest) => Promise<OutboundAnswer>>;
  /** Whether this is what the client itself rejects with when it is called off. */
  readonly isAbort: (error: unknown) => boolean;
  /** Whether this is what the client itself rejects with when an answer takes too long. */
  readonly isTimeout: (error: unknown) => boolean;
}
