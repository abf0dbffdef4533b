import { type ArgumentsHost, Logger } from '@nestjs/common';

/** A client of a gateway: a socket of Socket.IO, or a plain WebSocket. */
interface WsClient {
  /** Only a plain WebSocket has it. */
  readonly readyState?: number;
  send?(message: string): void;
  emit?(event: string, payload: unknown): void;
}

const logger = new Logger('WsExceptionsHandler');

/**
 * Tells the client of a gateway that its message failed, as Nest's own filter does.
 *
 * A plain WebSocket has an `emit` too, which does not reach the client.
 */
export function sendWsException(host: ArgumentsHost, message: string): void {
  const client = host.switchToWs().getClient<WsClient | undefined>();
  const data = { status: 'error', message };
  if (typeof client?.readyState === 'number')
    client.send?.(JSON.stringify({ event: 'exception', data }));
  else client?.emit?.('exception', data);
}

/**
 * Handles a non-HTTP exception as Nest would without this filter.
 *
 * When a filter returns nothing, Nest treats the exception as unhandled, except at a gateway: there it treats the
 * exception as answered.
 */
export function leaveToNest(exception: Error, host: ArgumentsHost): void {
  if (host.getType() !== 'ws') return;
  logger.error(exception.message, exception.stack);
  sendWsException(host, 'Internal server error');
}
