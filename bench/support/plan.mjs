import { readdirSync } from 'node:fs';

/** The order of the table's columns; whatever is not named here follows. */
const PEERS = [
  'aspose-auth',
  'static-header',
  'hand-written',
  'asposecellscloud',
  'asposewordscloud',
];

const SCENARIOS = [
  'hot',
  'clients',
  'telemetry',
  'cold',
  'expiry',
  'outage',
  'revoked',
  'overhead',
  'upload',
  'refused',
  'memory',
  'boot',
];

/** Which peers run which scenarios: those whose file names hold one of the words of a filter, or all. */
export function plan({ PEER, SCENARIO }) {
  return {
    peers: chosen('peers', PEERS, PEER),
    scenarios: chosen('scenarios', SCENARIOS, SCENARIO),
  };
}

function chosen(folder, order, filter = '') {
  const words = filter.split(',').filter((word) => word !== '');
  const ids = readdirSync(new URL(`../${folder}`, import.meta.url))
    .map((file) => file.replace(/\.mjs$/, ''))
    .filter((id) => words.length === 0 || words.some((w) => id.includes(w)));
  const rank = (id) => {
    const index = order.indexOf(id);
    return index === -1 ? order.length : index;
  };
  const sorted = ids.toSorted((a, b) => rank(a) - rank(b));
  if (sorted.length > 0) return sorted;
  throw new Error(`Nothing in bench/${folder} is called like "${filter}".`);
}
