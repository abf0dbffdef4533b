import http from 'node:http';
import https from 'node:https';

/** What axios makes a request with, unless it follows redirects. */
export interface RequestMaker {
  request(
    options: http.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest;
}

/**
 * Makes requests whose sockets do not keep the process alive. A caller that waits for the answer does.
 *
 * An agent that keeps the socket for another request makes it count again then.
 */
export const lettingGo: RequestMaker = {
  request(options, onResponse) {
    const { request } = options.protocol === 'https:' ? https : http;
    return request(options, onResponse).on('socket', (socket) => {
      socket.unref();
    });
  },
};
