/** Where an app's Aspose APIs are, and what issues their tokens. Also the injection token of the default client's connection. */
export abstract class AsposeConnection {
  /** The option `baseUrl`, without a slash at its end, since SDKs put one after it. Under test, that of `overrideAsposeAuth`. */
  abstract readonly baseUrl: string;
  /** The URL that tokens are asked for at. */
  abstract readonly tokenEndpoint: string;
}
