import { createDefaultHttpClient } from '@azure/core-rest-pipeline';

const plain = createDefaultHttpClient();

/**
 * The HTTP client of the Azure SDKs, but over http: what they insist on calling https.
 *
 * All peers then talk to the same server; with a TLS of its own, this one would be compared by its TLS.
 */
export const azureHttpClient = {
  async sendRequest(request) {
    const { url } = request;
    request.url = url.replace(/^https:/, 'http:');
    request.allowInsecureConnection = true;
    try {
      return await plain.sendRequest(request);
    } finally {
      // A retry passes the policies again, which look at the URL.
      request.url = url;
    }
  },
};
