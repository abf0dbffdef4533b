import http from 'node:http';
import https from 'node:https';

/**
 * Makes the requests of axios, unless it follows redirects: their sockets do not keep the process alive. A caller that waits
 * for the answer does.
 *
 * An agent with a bounded number of sockets is left as it is: a request of the app may wait for the socket, and has nothing
 * else that keeps the process alive. So that it does not wait for long, `overdue` ends the request there.
 */
export function unrefRequests(overdue: AbortSignal) {
  return {
    request(
      options: http.RequestOptions,
      onResponse: (response: http.IncomingMessage) => void,
    ): http.ClientRequest {
      const { request, globalAgent } =
        options.protocol === 'https:' ? https : http;
      const made = request(options, onResponse);
      if (isBounded(options.agent ?? globalAgent)) {
        overdue.addEventListener('abort', () => made.destroy());
        return made;
      }
      return made.on('socket', (socket) => {
        socket.unref();
        made.once('close', () => socket.ref());
      });
    },
  };
}

function isBounded(agent: http.RequestOptions['agent']): boolean {
  return (
    agent instanceof http.Agent &&
    Math.min(agent.maxSockets, agent.maxTotalSockets) < Infinity
  );
}
