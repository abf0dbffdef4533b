// Runs one scenario with one peer, in this process and with a server of its own, and sends what came of it.
import { BenchServer } from './server/bench-server.mjs';
import { versionOf } from './support/versions.mjs';

const [peerFile, scenarioFile] = process.argv.slice(2);
const { default: peer } = await import(`./peers/${peerFile}`);
const { default: scenario } = await import(`./scenarios/${scenarioFile}`);
const id = scenarioFile.replace('.mjs', '');

// Sent ahead, so that it is known of whom a process dies.
const packages = [peer.package].flat();
process.send({
  name: peer.name,
  version: packages.map(versionOf).join(' + '),
  package: packages.join(' + '),
  refreshes: peer.refreshes.text,
});
process.send(await outcome(), () => process.exit());

async function outcome() {
  const cannot = peer.cannot?.[id];
  if (cannot !== undefined) return { cannot };
  const server = await BenchServer.start();
  const isQuick = process.env.QUICK === '1';
  const { note, ...figures } = await scenario.run({
    peer,
    peerFile,
    server,
    isQuick,
  });
  const notes = [peer.notes?.[id], note].filter((text) => text !== undefined);
  return 'cannot' in figures ? figures : { figures, notes };
}
