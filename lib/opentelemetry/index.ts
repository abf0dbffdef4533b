/** @module nestjs-aspose-auth/opentelemetry */

export { AsposeTelemetryModule } from './aspose-telemetry.module.js';
