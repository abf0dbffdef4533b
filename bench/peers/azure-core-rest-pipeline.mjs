// The pipeline of the Azure SDKs with its bearer policy, and a credential that makes the token request.
import {
  bearerTokenAuthenticationPolicy,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';

import { API_PATH } from '../support/axios-client.mjs';
import { azureHttpClient } from '../support/azure-http-client.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';
import { postForToken } from '../support/token-post.mjs';

const httpsUrl = (server) =>
  server.origin.replace('http:', 'https:') + API_PATH;

function policyFor(server, credentials) {
  return bearerTokenAuthenticationPolicy({
    scopes: 'api',
    credential: {
      async getToken() {
        const answer = await postForToken(server, credentials);
        return {
          token: answer.access_token,
          expiresOnTimestamp: Date.now() + answer.expires_in * 1_000,
        };
      },
    },
  });
}

/** Its token cache is reached through the policy alone: a request that is not sent. */
function tokenGetter(policy, url) {
  const request = createPipelineRequest({ url });
  const response = Promise.resolve({ request, status: 200 });
  const next = () => response;
  return () => policy.sendRequest(request, next);
}

function callerFor(url, policy) {
  const pipeline = createPipelineFromOptions({});
  pipeline.addPolicy(policy, { phase: 'Sign' });
  return {
    async call() {
      const { status } = await pipeline.sendRequest(
        azureHttpClient,
        createPipelineRequest({ url }),
      );
      return status;
    },
    close() {},
  };
}

export default {
  name: '@azure/core-rest-pipeline',
  package: '@azure/core-rest-pipeline',
  refreshes: aheadBySeconds(120),

  create(server, credentials) {
    const policy = policyFor(server, credentials);
    const url = httpsUrl(server);
    return { getToken: tokenGetter(policy, url), ...callerFor(url, policy) };
  },
  createLight: (server, credentials) => ({
    getToken: tokenGetter(policyFor(server, credentials), httpsUrl(server)),
  }),
  createFloor(server) {
    const authorization = `Bearer ${server.staticToken}`;
    return callerFor(httpsUrl(server), {
      name: 'staticHeader',
      sendRequest(request, next) {
        request.headers.set('Authorization', authorization);
        return next(request);
      },
    });
  },
  notes: {
    hot: 'It shows its token cache to its own policy alone: the policy is called, with nothing behind it.',
  },
};
