import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** Answers a client credentials request as Aspose's identity server does. */
export async function answerTokenRequest(state, request, response) {
  const form = new URLSearchParams(await text(request));
  const clientId = form.get('client_id') ?? '';
  state.recordTokenRequest(clientId);
  const { isOut, isRefusing, tokenDelayMs } = state.settings;
  if (tokenDelayMs > 0) await delay(tokenDelayMs);

  if (isOut) return answer(response, 503, { error: 'unavailable' });
  if (form.get('grant_type') !== 'client_credentials')
    return answer(response, 400, { error: 'invalid_grant' });
  if (isRefusing) {
    if (!state.isBanned(clientId))
      return answer(response, 400, { error: 'invalid_client' });
    response.setHeader('Retry-After', '600');
    return answer(response, 429, {});
  }
  const { lifetimeSeconds } = state.settings;
  return answer(response, 200, {
    access_token: state.issue(clientId),
    expires_in: lifetimeSeconds,
    token_type: 'Bearer',
  });
}

function answer(response, status, body) {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
