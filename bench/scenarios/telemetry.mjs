// Hot getToken where OpenTelemetry and subscribers of the channels listen.
import { hotBeside } from '../support/hot-beside.mjs';

export default hotBeside({
  what: 'the OpenTelemetry SDK and subscribers',
  create: 'createObserved',
  cannot: 'It has no telemetry.',
});
