import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** A server on a port that was free. */
export async function listenAnywhere(): Promise<{
  server: Server;
  port: number;
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** A port that is free. */
export async function freePort(): Promise<number> {
  const { server, port } = await listenAnywhere();
  await once(server.close(), 'close');
  return port;
}
