/** Where Cells Cloud has its PostAccessToken: the default of the option `path`. */
export const DEFAULT_ENDPOINT_PATH = 'v4.0/cells/connect/token';
