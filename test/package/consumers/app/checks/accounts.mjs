// The accounts that the app has beside its own: one that a single module uses, one at GroupDocs, and those of its customers.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';

import { AsposeCloudEmulator } from 'nestjs-aspose-auth/testing';

import { startCustomersCloud } from '../dist/customers.cloud.js';

const CUSTOMERS = ['acme', 'globex'];

const USED_ONCE = {
  tokenRequests: 1,
  tokensIssued: 1,
  refusedTokenRequests: 0,
  bannedTokenRequests: 0,
  callsWithValidToken: 1,
  callsWithInvalidToken: 0,
  callsWithoutToken: 0,
};

/** Starts a cloud for each, which takes no credentials of another, and no token but those that it has issued. */
export async function startAccounts() {
  const archive = await AsposeCloudEmulator.start({
    clientId: 'of-the-archive',
  });
  archive.route('GET', '/v4.0/cells/storage/disc', (_request, response) =>
    response.end('"archived"'),
  );
  const groupdocs = await AsposeCloudEmulator.start({
    clientId: 'of-groupdocs',
  });
  groupdocs.route('PUT', '/v2.0/conversion', async (request, response) => {
    const form = await text(request);
    response.end(/a document/.exec(form)[0].toUpperCase());
  });
  const customers = await startCustomersCloud();

  return {
    /** Where the app finds them. */
    environment: {
      ARCHIVE_URL: archive.url,
      ARCHIVE_CLIENT_ID: archive.clientId,
      ARCHIVE_CLIENT_SECRET: archive.clientSecret,
      GROUPDOCS_URL: groupdocs.url,
      GROUPDOCS_CLIENT_ID: groupdocs.clientId,
      GROUPDOCS_CLIENT_SECRET: groupdocs.clientSecret,
      CUSTOMERS_URL: customers.url,
    },

    /** Has the app use each, and asserts that each gets its own tokens, and no others. */
    async assertOwnTokens(url) {
      const ask = async (path, headers = {}) => {
        const response = await fetch(`${url}/${path}`, { headers });
        return `${response.status} ${await response.text()}`;
      };
      assert.equal(await ask('archive'), '200 archived');
      assert.equal(await ask('conversion'), '200 {"converted":"A DOCUMENT"}');
      for (const { counters } of [archive, groupdocs])
        assert.deepEqual(counters, USED_ONCE);

      const usages = CUSTOMERS.map(async (customer) => {
        const answer = await ask('customers/usage', { 'x-customer': customer });
        assert.equal(answer, `200 {"usageOf":"${customer}"}`);
      });
      await Promise.all(usages);
      assert.match(await ask('customers/usage'), /^500 /);
      assert.deepEqual(
        customers.tokenRequests.toSorted(),
        CUSTOMERS.map((customer) => `id-of-${customer}`),
      );
    },

    async close() {
      await Promise.all(
        [archive, groupdocs, customers].map((it) => it.close()),
      );
    },
  };
}
