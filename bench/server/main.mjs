// The token and API server, in a process of its own: what it counts is what the peers really sent.
import { createServer } from 'node:http';

import { answerApiCall } from './api.mjs';
import { ServerState } from './server-state.mjs';
import { answerTokenRequest } from './token-endpoint.mjs';

const state = new ServerState();

const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path.endsWith('/.well-known/openid-configuration'))
    describeAuthority(request, response);
  else if (path.endsWith('/token'))
    void answerTokenRequest(state, request, response);
  else answerApiCall(state, request, response);
});
// A client must never find that a connection which it keeps was closed just now.
server.keepAliveTimeout = 120_000;

/** What @azure/identity asks for before its first token request. */
function describeAuthority({ headers, url }, response) {
  const authority = `https://${headers.host}${url.split('/v2.0/')[0]}`;
  response.setHeader('Content-Type', 'application/json');
  response.end(
    JSON.stringify({
      issuer: `${authority}/v2.0`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
    }),
  );
}

process.on('message', ({ id, command, argument }) => {
  process.send({ id, answer: state[command](argument) });
});
process.on('disconnect', () => process.exit());

server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send({
    origin: `http://127.0.0.1:${server.address().port}`,
    staticToken: state.staticToken,
  });
});
