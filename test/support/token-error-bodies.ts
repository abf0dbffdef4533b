/** What callers of an app are told, by status, when it has no token for them. */
export const TOKEN_ERROR_BODIES = {
  502: {
    statusCode: 502,
    error: 'Bad Gateway',
    message: 'Aspose Cloud gave no usable access token.',
  },
  503: {
    statusCode: 503,
    error: 'Service Unavailable',
    message: 'No Aspose Cloud access token is available right now.',
  },
  504: {
    statusCode: 504,
    error: 'Gateway Timeout',
    message: 'Aspose Cloud gave no access token in time.',
  },
} as const;
