// The cache that most apps have, behind an axios interceptor.
import { axiosCaller, axiosFloor } from '../support/axios-client.mjs';
import { HandWrittenMemo } from '../support/hand-written-memo.mjs';
import { aheadBySeconds } from '../support/refresh-window.mjs';
import { postForToken } from '../support/token-post.mjs';

const memoFor = (server, credentials) =>
  new HandWrittenMemo(() => postForToken(server, credentials));

export default {
  name: 'hand-written memo',
  package: 'axios',
  refreshes: aheadBySeconds(60),

  create(server, credentials) {
    const memo = memoFor(server, credentials);
    const getToken = () => memo.getToken();
    return { getToken, ...axiosCaller(server, getToken) };
  },
  createLight: memoFor,
  createFloor: axiosFloor,
};
