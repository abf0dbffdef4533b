/** @module nestjs-aspose-auth */

// The module
export {
  AsposeAuthModule,
  type AsposeAuthModuleExtras,
} from './aspose-auth.module.js';

// clients/
export { AsposeTokenService } from './clients/aspose-token.service.js';
export {
  AsposeClients,
  type AsposeClientParts,
} from './clients/aspose-clients.js';
export { ASPOSE_FETCH } from './clients/injection-tokens.js';
export {
  getAsposeFetchToken,
  getAsposeHttpToken,
  getAsposeTokensToken,
  InjectAsposeFetch,
  InjectAsposeHttp,
  InjectAsposeTokens,
} from './clients/inject-decorators.js';

// tenants/
export { AsposeTenants } from './tenants/aspose-tenants.js';
export { AsposeTenantGuard } from './tenants/aspose-tenant.guard.js';
export { AsposeTenantInterceptor } from './tenants/aspose-tenant.interceptor.js';
export { AsposeTenantMiddleware } from './tenants/aspose-tenant.middleware.js';
export type {
  TenantContext,
  TenantDetection,
} from './tenants/tenant-context.js';
export {
  DEFAULT_TENANT_LIMITS,
  type TenantCredentials,
  type TenantLimits,
  type TenantSettings,
} from './tenants/tenant-settings.js';

// store/
export {
  type LockConditions,
  type StoredValue,
  type StoreReadiness,
  TokenStore,
  type WriteConditions,
} from './store/token-store.js';
export {
  ASPOSE_STORE_CHANNEL,
  type AsposeStoreOperation,
} from './store/store-channel.js';

// options/
export {
  type AsposeAuthModuleAsyncOptions,
  type AsposeAuthModuleOptions,
  type AsposeAuthOptionsFactory,
  DEFAULT_BASE_URL,
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_TIMEOUTS,
  DEFAULT_TOKEN_ENDPOINT,
  type TimeoutSettings,
} from './options/aspose-auth-options.interface.js';

// token/
export {
  AccessToken,
  type AccessTokenLife,
  type SharedLife,
} from './token/access-token.js';
export { StaticTokenSource } from './token/static.token-source.js';
export {
  type ClockReading,
  type ScheduledCall,
  TokenClock,
} from './token/token-clock.js';
export { ASPOSE_EVENT_CHANNEL } from './token/event-channel.js';
export {
  ASPOSE_WAIT_CHANNEL,
  type AsposeTokenWait,
} from './token/wait-channel.js';
export type {
  AsposeTokenEvent,
  CredentialsChangedEvent,
  CredentialsKeptEvent,
  HoldLearntEvent,
  StorePassedOverEvent,
  StoreRecoveredEvent,
  StoreUnreadableEvent,
  EngineStateEvent,
  LifetimeAssumedEvent,
  MinimumCutEvent,
  RefreshDeferredEvent,
  RenewalHeldEvent,
  RenewalImpossibleEvent,
  TokenAttemptFailedEvent,
  TokenEvent,
  TokenFetchedEvent,
  TokenRefreshFailedEvent,
  TokenRefreshedEvent,
  TokenUnauthorizedEvent,
  WhoseEvents,
} from './token/token-event.js';
export type {
  ExplainedAcquisitions,
  ExplainedFailure,
  ExplainedOrigin,
  ExplainedStore,
  ExplainedStored,
  ExplainedToken,
  TokenExplanation,
} from './token/token-explanation.js';
export type { ExplainedHold, TokenHold } from './token/token-hold.js';
export {
  DelegatingTokenLayer,
  type LayerRequest,
  type TokenDemand,
  TokenLayer,
} from './token/token-layer.js';
export {
  DEFAULT_REFRESH,
  type RefreshSettings,
  type TokenState,
} from './token/token-lifetime.js';
export {
  type GetTokenOptions,
  TokenSource,
  type UnauthorizedToken,
} from './token/token-source.js';

// credential/
export {
  ASPOSE_FETCH_CHANNEL,
  type AsposeTokenFetch,
} from './credential/fetch-channel.js';
export type { ClientCredentialsInput } from './credential/client-credentials.js';
export type { CredentialsFactory } from './credential/credentials-resolver.js';
export { DEFAULT_RETRY, type RetrySettings } from './credential/back-off.js';

// client-credentials/
export {
  type CredentialQueryNames,
  DEFAULT_QUERY_NAMES,
} from './client-credentials/token-request.js';

// transport/
export type { AxiosSettings } from './transport/axios-settings.js';

// http/
export {
  AsposeHttpService,
  type AsposeHttpSettings,
} from './http/axios/aspose-http.service.js';
export { attachAsposeToken } from './http/axios/attach-aspose-token.js';
export type { AxiosLike } from './http/axios/axios-like.js';
export { AsposeApiError } from './http/failure/aspose-api.error.js';
export {
  type AsposeCallFailure,
  asposeCallFailure,
} from './http/failure/call-failure.js';
export type { AsposeRequestOptions } from './http/request-options.js';
export {
  type AsposeFetch,
  type AsposeFetchOptions,
  type AsposeRequestInit,
  createAsposeFetch,
} from './http/fetch/create-aspose-fetch.js';
export type { TokenDestination } from './http/token-destination.js';

// inbound/
export { AsposeTokenGuard } from './inbound/aspose-token.guard.js';
export { AsposeToken } from './inbound/guarded-tokens.js';
export { RequireAsposeToken } from './inbound/require-aspose-token.js';
export type { RequireAsposeTokenOptions } from './inbound/requirements.js';
export { AsposeAuthInterceptor } from './inbound/aspose-auth.interceptor.js';
export { AsposeAuthExceptionFilter } from './inbound/aspose-auth-exception.filter.js';
export {
  type AsposeErrorResponse,
  asposeErrorResponse,
} from './inbound/aspose-error-response.js';

// errors/
export {
  AsposeAuthError,
  AsposeAuthErrorCode,
  type AsposeAuthErrorDetails,
  ForeignOriginError,
  IdleTimeoutError,
  InvalidOptionsError,
  isAsposeAuthError,
  TokenRequestError,
  type TokenRequestErrorDetails,
  type TokenRequestFailure,
  TokenUnavailableError,
} from './errors/errors.js';
