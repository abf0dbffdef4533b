import { type ArgumentsHost, Logger } from '@nestjs/common';

/** A client of a gateway: a socket of Socket.IO, or a bare WebSocket. */
interface WsClient {
  /** Only a bare one has it. */
  readonly readyState?: number;
  send?(message: string): void;
  emit?(event: string, payload: unknown): void;
}

const logger = new Logger('WsExceptionsHandler');

/**
 * Tells the client of a gateway that its message failed, as Nest's own filter does.
 *
 * A bare WebSocket has an `emit` too, which does not reach the client.
 */
export function sendWsException(host: ArgumentsHost, message: string): void {
  const client = host.switchToWs().getClient<WsClient | undefined>();
  const data = { status: 'error', message };
  if (typeof client?.readyState === 'number')
    client.send?.(JSON.stringify({ event: 'exception', data }));
  else client?.emit?.('exception', data);
}

/**
 * Has an exception beyond HTTP answered as it is without a filter.
 *
 * To Nest, a filter that returns nothing is one that does not handle the exception, save at a gateway: there it is one
 * that has answered.
 */
export function leaveToNest(exception: Error, host: ArgumentsHost): void {
  if (host.getType() !== 'ws') return;
  logger.error(exception.message, exception.stack);
  sendWsException(host, 'Internal server error');
}
