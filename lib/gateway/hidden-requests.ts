import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request whose body the app's parsers do not see. */
export interface HiddenRequest {
  /** The gateway's path as callers write it, without a slash at its end. */
  readonly place: string;
  /** What follows it, as it was sent. */
  readonly target: string;
  readonly contentLength: string | undefined;
  readonly transferEncoding: string | undefined;
  readonly contentType: string | undefined;
}

type ExpressRequest = IncomingMessage & { readonly baseUrl?: string };

/** For how long a caller that was answered may go on sending its body, in milliseconds. */
const LINGER_MS = 500;

/**
 * Hides the bodies of a gateway's requests from the app's parsers, which would read them: takes away the headers that announce
 * them.
 */
export class HiddenRequests {
  readonly #hidden = new WeakMap<IncomingMessage, HiddenRequest>();
  #place = /(?!)/;

  /** Says where the gateway is: with the global prefix of the app or, where that is excluded for it, without. */
  placeAt(path: string, globalPrefix: string): void {
    const [prefix, below] = [globalPrefix, path].map(placeOf);
    this.#place = new RegExp(`^(?:${prefix})?${below}(?=/)`);
  }

  /** Hides the body of a request, if it is one to the gateway. To be called before any parser. */
  hide(request: IncomingMessage, response: ServerResponse): void {
    // An Express app that this one is part of takes its own path off the URL.
    const { headers, url = '', baseUrl = '' } = request as ExpressRequest;
    const [place] = this.#place.exec(url) ?? [];
    if (place === undefined) return;
    this.#hidden.set(request, {
      place: `${baseUrl}${place}`,
      target: url.slice(place.length),
      contentLength: headers['content-length'],
      transferEncoding: headers['transfer-encoding'],
      contentType: headers['content-type'],
    });
    delete headers['content-length'];
    delete headers['transfer-encoding'];
    delete headers['content-type'];
    // A guard may turn it away at once.
    response.once('finish', () => endUpload(request));
  }

  /** What was hidden of a request; undefined for one that did not come by here, which is then none to the gateway. */
  of(request: IncomingMessage): HiddenRequest | undefined {
    return this.#hidden.get(request);
  }
}

/** Frees the connection of a caller that still sends what nobody reads. It has a moment to read its answer. */
function endUpload(request: IncomingMessage): void {
  if (request.complete) return;
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, LINGER_MS).unref();
}

/** What matches a path as it stands in a request line. A prefix may have parameters. */
function placeOf(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) =>
      segment.startsWith(':')
        ? String.raw`/[^/?#\\]+`
        : `/${segment.replace(/[^\w]/g, String.raw`\$&`)}`,
    )
    .join('');
}
