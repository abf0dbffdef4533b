import type * as OpenTelemetryApi from '@opentelemetry/api';

/** The API of OpenTelemetry: the app's own copy, through which it finds the SDK that the app has started. */
export const { metrics, SpanKind, SpanStatusCode, trace } = installed();

function installed(): typeof OpenTelemetryApi {
  try {
    return require('@opentelemetry/api') as typeof OpenTelemetryApi;
  } catch (cause) {
    throw new Error(
      'nestjs-aspose-auth/opentelemetry needs the package @opentelemetry/api, 1.3 or later, which cannot be loaded: npm install @opentelemetry/api',
      { cause },
    );
  }
}
