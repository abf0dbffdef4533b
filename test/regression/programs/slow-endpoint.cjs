// A vault and a token endpoint that tell their parent of each request at once, and answer it 300 ms later.
const { createServer } = require('node:http');
const { gzipSync } = require('node:zlib');

const ANSWERS = {
  '/vault': { clientId: 'reports', clientSecret: 'canary' },
  '/connect/token': {
    access_token: 'a-token',
    expires_in: 3600,
    token_type: 'Bearer',
  },
};

const server = createServer((request, response) => {
  process.send({ asked: request.url });
  const body = gzipSync(JSON.stringify(ANSWERS[request.url]));
  setTimeout(() => {
    response
      .writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      })
      .end(body);
  }, 300);
});

async function callApp(url) {
  const { status } = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'reports',
      client_secret: 'canary',
    }),
  });
  process.send({ status });
}

process.on('message', ({ call }) => void callApp(call));
process.on('disconnect', () => process.exit());

server.listen(0, '127.0.0.1', () =>
  process.send({ url: `http://127.0.0.1:${server.address().port}` }),
);
