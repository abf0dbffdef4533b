/** Where an app's Aspose APIs are. Also the injection token of the default client's connection. */
export abstract class AsposeConnection {
  /** The option `baseUrl`: under test, that of `overrideAsposeAuth`. */
  abstract readonly baseUrl: string;
}
