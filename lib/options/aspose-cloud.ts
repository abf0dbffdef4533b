/** Where Aspose Cloud's APIs are. The default of the option `baseUrl`. */
export const DEFAULT_BASE_URL = 'https://api.aspose.cloud';

/** Where Aspose Cloud's tokens are, under the base URL. The default of the option `tokenEndpoint`. */
export const DEFAULT_TOKEN_ENDPOINT = '/connect/token';
