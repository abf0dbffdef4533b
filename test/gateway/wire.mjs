// Both ends of a gateway as they are on the wire: raw sockets, and every byte kept.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Longer than anything here takes. */
const HANGS_AFTER_MS = 10_000;

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/**
 * A server in Aspose's place that reads what it gets and understands nothing of it: it answers each blank line.
 *
 * @param answer - what it sends, or a function that is given the socket and what has arrived on it.
 */
export async function startUpstream(answer = OK) {
  const upstream = {
    /** What arrived on each connection. */
    connections: [],
    url: '',
    answer,
    /** The first line of each request. */
    get lines() {
      return upstream.received.match(/^.* HTTP\/1\.1(?=\r\n)/gm) ?? [];
    },
    get received() {
      return upstream.connections.map(({ text }) => text).join('');
    },
    forget() {
      for (const connection of upstream.connections) connection.text = '';
    },
    async close() {
      for (const { socket } of upstream.connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((socket) => {
    const connection = { socket, text: '' };
    upstream.connections.push(connection);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const before = ends(connection.text);
      connection.text += bytes.toString('latin1');
      const { answer } = upstream;
      if (typeof answer === 'function') answer(socket, connection.text);
      else
        for (let n = ends(connection.text) - before; n > 0; n -= 1)
          socket.write(answer, 'latin1');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  upstream.url = `http://127.0.0.1:${server.address().port}`;
  return upstream;
}

/** How many heads of requests have ended. */
function ends(text) {
  return text.split('\r\n\r\n').length - 1;
}

/**
 * Writes bytes to an app, and returns all that it answers until the connection ends.
 *
 * @param parts - written one after another, each once something has arrived for the one before.
 */
export async function exchange(url, ...parts) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const limit = setTimeout(
    () => socket.destroy(new Error(`no end: ${JSON.stringify(answer)}`)),
    HANGS_AFTER_MS,
  );
  let answer = '';
  const [first, ...others] = parts;
  socket.write(first, 'latin1');
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1');
    const next = others.shift();
    if (next !== undefined) socket.write(next, 'latin1');
  });
  try {
    await new Promise((resolve, reject) =>
      socket
        .once('close', resolve)
        .on('error', (error) =>
          error.code === 'ECONNRESET' || error.code === 'EPIPE'
            ? resolve()
            : reject(error),
        ),
    );
  } finally {
    clearTimeout(limit);
  }
  return answer;
}

/** The statuses of the answers on a connection. */
export function statusesIn(answer) {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  );
}
