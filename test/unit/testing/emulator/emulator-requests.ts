import type { AsposeCloudEmulator } from '../../../../lib/testing/index.js';

/** The form of a token request; fields given as `undefined` are left out. */
export function tokenForm(
  cloud: AsposeCloudEmulator,
  changes: Record<string, string | undefined> = {},
): URLSearchParams {
  const fields = {
    grant_type: 'client_credentials',
    client_id: cloud.clientId,
    client_secret: cloud.clientSecret,
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(fields).filter((field): field is [string, string] =>
      Boolean(field[1]),
    ),
  );
}

export function requestToken(
  cloud: AsposeCloudEmulator,
  changes: Record<string, string | undefined> = {},
  path = '/connect/token',
): Promise<Response> {
  const body = tokenForm(cloud, changes);
  return fetch(cloud.url + path, { method: 'POST', body });
}

export async function fetchToken(cloud: AsposeCloudEmulator): Promise<string> {
  const answer = await requestToken(cloud);
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

export function callApi(
  cloud: AsposeCloudEmulator,
  token: string | undefined,
  path = '/v4.0/cells',
  init: RequestInit = {},
): Promise<Response> {
  const headers =
    token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return fetch(cloud.url + path, { ...init, headers });
}

/** A good request of this kind. */
export function askFor(
  cloud: AsposeCloudEmulator,
  path: 'token' | 'api',
): Promise<Response> {
  return path === 'token'
    ? requestToken(cloud)
    : callApi(cloud, cloud.issueToken());
}
