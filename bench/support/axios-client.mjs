import { Agent } from 'node:http';

import { HttpService } from '@nestjs/axios';

/** An axios instance with connections of its own that it keeps: made of the axios that the module uses. */
export function createAxios(settings = {}) {
  const httpAgent = new Agent({ keepAlive: true });
  const instance = new HttpService().axiosRef.create({
    httpAgent,
    ...settings,
  });
  return { instance, close: () => httpAgent.destroy() };
}

/** Where every peer that may choose makes its API calls to. */
export const API_PATH = '/v4.0/cells/storage/folder/reports';

const UPLOAD_PATH = '/v4.0/cells/storage/file/report.xlsx';

/** The API calls that are measured, on an axios instance. */
export function callsOn(instance) {
  return {
    call: async () => (await instance.get(API_PATH)).status,
    upload: async (body) => (await instance.put(UPLOAD_PATH, body)).status,
  };
}

/** An API client on axios whose every request carries what `getToken` resolves with. */
export function axiosCaller(server, getToken) {
  const { instance, close } = createAxios({ baseURL: server.origin });
  instance.interceptors.request.use(async (config) => {
    config.headers.set('Authorization', `Bearer ${await getToken()}`);
    return config;
  });
  return { ...callsOn(instance), close };
}

/** The floor of all that work on axios: the same calls, with a header that never changes. */
export function axiosFloor(server) {
  const { instance, close } = createAxios({
    baseURL: server.origin,
    headers: { Authorization: `Bearer ${server.staticToken}` },
  });
  return { ...callsOn(instance), close };
}
