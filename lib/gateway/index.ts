/** @module nestjs-aspose-auth/gateway */

export { AsposeGatewayModule } from './aspose-gateway.module.js';
export {
  type AsposeGatewayEvent,
  AsposeGatewayEvents,
} from './gateway-event.js';
export { GatewayErrorCode, GatewayException } from './gateway-exception.js';
export type {
  GatewayAsyncOptions,
  GatewayOptions,
  GatewayPolicy,
  GatewayPolicyFactory,
  GatewayShape,
} from './aspose-gateway-options.interface.js';
