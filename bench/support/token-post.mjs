import { createAxios } from './axios-client.mjs';

const { instance } = createAxios();

/** The token request that a user writes by hand; for peers that cache tokens but do not fetch them. */
export async function postForToken(server, { clientId, clientSecret }) {
  const { data } = await instance.post(
    server.tokenUrl,
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  );
  return data;
}
