import { API_PATH } from './axios-client.mjs';

/** The floor of what works on fetch: the same calls, with a header that never changes. */
export function fetchFloor(server) {
  const url = server.origin + API_PATH;
  const headers = { Authorization: `Bearer ${server.staticToken}` };
  return {
    async call() {
      const response = await fetch(url, { headers });
      await response.text();
      return response.status;
    },
    close() {},
  };
}
