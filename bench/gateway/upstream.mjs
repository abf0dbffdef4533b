// What is called through the gateways: answers small JSON, and takes and sends large bodies.
import { createServer } from 'node:http';

const LARGE_BYTES = 50 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, 'x');
const SMALL = JSON.stringify({
  Code: 200,
  Status: 'OK',
  Size: 'x'.repeat(200),
});

const server = createServer((request, response) => {
  if (request.url.startsWith('/connect/token')) {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        access_token: 'token',
        token_type: 'Bearer',
        expires_in: 86_400,
      }),
    );
    return;
  }
  if (request.url.endsWith('/large') && request.method === 'GET') {
    let left = LARGE_BYTES;
    response.setHeader('content-length', String(left));
    response.setHeader('content-type', 'application/octet-stream');
    const send = () => {
      while (left > 0) {
        left -= CHUNK.length;
        if (!response.write(CHUNK)) return;
      }
      response.end();
    };
    response.on('drain', send);
    send();
    return;
  }
  request.resume().once('end', () => {
    response.setHeader('content-type', 'application/json');
    response.setHeader('content-length', String(SMALL.length));
    response.end(SMALL);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
