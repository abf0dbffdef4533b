// Hot getToken, by whose token it is: that of the default client, of a client with a name, of a tenant. In nanoseconds, of one
// process and in turns. The default client takes two turns in each round: how far these are apart is what the machine adds.
import { median, scatter } from '../support/statistics.mjs';
import {
  awaited,
  inTurns,
  medianDifference,
  medianRatio,
} from '../support/turns.mjs';

const TENANTS = 100;

export default {
  title: 'hot getToken by client and tenant',
  figures: [
    {
      key: 'aloneNs',
      name: 'default client, in an app that has entered no tenant yet',
      unit: 'ns',
      digits: 0,
    },
    { key: 'defaultNs', name: 'default client', unit: 'ns', digits: 0 },
    {
      key: 'againRatio',
      name: '… once more, of itself',
      unit: '×',
      digits: 3,
    },
    {
      key: 'scatter',
      name: '… half of the rounds are within ±',
      unit: '%',
      digits: 1,
    },
    {
      key: 'namedRatio',
      name: 'client with a name, of the default client',
      unit: '×',
      digits: 3,
      atMost: 1.05,
    },
    {
      key: 'tenantNs',
      name: 'current tenant, more than the default client',
      unit: 'ns',
      digits: 0,
      atMost: 1_000,
    },
    {
      key: 'overAloneNs',
      name: '… more than the default client before any tenant',
      unit: 'ns',
      digits: 0,
      atMost: 1_000,
    },
    {
      key: 'tenantsNs',
      name: `tokens of ${TENANTS} tenants by turns, more than the default client`,
      unit: 'ns',
      digits: 0,
      atMost: 1_000,
    },
  ],

  async run({ peer, server, isQuick }) {
    if (peer.createClients === undefined)
      return { cannot: 'Its clients have no names, and it knows no tenants.' };
    const rounds = isQuick ? 21 : 121;
    const { standard, named, runTenant, ofTenant, close } =
      await peer.createClients(server);
    const defaultClient = await awaited('default', standard);
    const [alone] = await inTurns(rounds, [defaultClient]);

    const tenants = Array.from({ length: TENANTS }, (_, id) => ofTenant(id));
    for (const tenant of tenants) await tenant.getToken();
    let turn = 0;
    const byTurns = {
      getToken: () => tenants[(turn = (turn + 1) % TENANTS)].getToken(),
    };
    const current = await runTenant(0, (tokens) => awaited('current', tokens));
    const [own, again, byName, byTenant, byTenants] = await inTurns(rounds, [
      defaultClient,
      await awaited('again', standard),
      await awaited('named', named),
      () => runTenant(0, current),
      await awaited('tenants', byTurns),
    ]);
    await close();
    const ratios = again.map((ns, round) => ns / own[round]);
    return {
      aloneNs: median(alone),
      defaultNs: median(own),
      againRatio: medianRatio(again, own),
      scatter: scatter(ratios),
      namedRatio: medianRatio(byName, own),
      tenantNs: medianDifference(byTenant, own),
      tenantsNs: medianDifference(byTenants, own),
      overAloneNs: median(byTenant) - median(alone),
    };
  },
};
