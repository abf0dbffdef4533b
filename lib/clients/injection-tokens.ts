/** The injection token of the app's `AsposeFetch`; see `@InjectAsposeFetch()`. */
export const ASPOSE_FETCH = 'ASPOSE_FETCH';

/** The injection token of the options as they were given. */
export const ASPOSE_AUTH_MODULE_OPTIONS = 'ASPOSE_AUTH_MODULE_OPTIONS';

/** The injection token of the checked options, with every default filled in. */
export const ASPOSE_AUTH_RESOLVED_OPTIONS = 'ASPOSE_AUTH_RESOLVED_OPTIONS';

/** The injection token of the tower of token sources behind `AsposeTokenService`. */
export const ASPOSE_AUTH_ENGINE = 'ASPOSE_AUTH_ENGINE';

/** The injection token of the stream that the engine's events go into. */
export const ASPOSE_AUTH_EVENTS = 'ASPOSE_AUTH_EVENTS';
