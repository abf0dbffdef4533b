export { AsposeTelemetryModule } from './aspose-telemetry.module.js';
