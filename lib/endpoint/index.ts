/** @module nestjs-aspose-auth/endpoint */

export { AsposeTokenEndpointModule } from './aspose-token-endpoint.module.js';
export { MalformedBodyFilter } from './malformed-body.filter.js';
export { DEFAULT_ENDPOINT_PATH } from './default-endpoint-path.js';
export {
  type AsposeTokenEndpointEvent,
  AsposeTokenEndpointEvents,
  type IdentityServerDownEvent,
  type IdentityServerUpEvent,
  type TokenEndpointEvent,
  type TokenGrantedEvent,
  type TokenNotGrantedEvent,
} from './token-endpoint-event.js';
export type {
  TokenEndpointAsyncOptions,
  TokenEndpointOptions,
  TokenEndpointPolicy,
  TokenEndpointPolicyFactory,
  TokenEndpointShape,
} from './token-endpoint-options.interface.js';
