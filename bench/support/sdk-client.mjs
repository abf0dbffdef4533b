/** An official SDK as it comes. Its getToken is the authenticator that it calls before each request. */
export function sdkClient(api, listFiles) {
  const { configuration } = api;
  return {
    getToken: () =>
      configuration.authentication.applyToRequest(
        { headers: {} },
        configuration,
      ),
    call: async () => (await listFiles(api)).response.statusCode,
    close() {},
  };
}

/** The same SDK with an authenticator that sets a header and does nothing else. */
export function sdkFloor(api, { staticToken }, listFiles) {
  api.configuration.authentication = {
    async applyToRequest(request) {
      request.headers.Authorization = `Bearer ${staticToken}`;
    },
    async handle401response() {},
  };
  return {
    call: async () => (await listFiles(api)).response.statusCode,
    close() {},
  };
}
