import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { onTestFinished } from 'vitest';

/** One series of an instrument. */
export interface Series {
  readonly instrument: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a histogram, how many values it has. */
  readonly value: number;
}

/** The SDK of OpenTelemetry, as an app starts it. */
export interface Telemetry {
  /** Has all metrics exported, and returns what the exporter got. */
  exported(): Promise<ResourceMetrics>;
  /** The spans that have ended. */
  readonly spans: () => readonly ReadableSpan[];
}

/** Starts the SDK with exporters that remember, until the test ends. */
export function startTelemetry(): Telemetry {
  const exporter = new InMemoryMetricExporter(
    AggregationTemporality.CUMULATIVE,
  );
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 3_600_000,
  });
  const meters = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(meters);
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  trace.setGlobalTracerProvider(tracers);
  onTestFinished(async () => {
    metrics.disable();
    trace.disable();
    await Promise.all([meters.shutdown(), tracers.shutdown()]);
  });
  return {
    exported: async () => {
      exporter.reset();
      await reader.forceFlush();
      const [exported] = exporter.getMetrics();
      if (exported === undefined) throw new Error('Nothing was exported.');
      return exported;
    },
    spans: () => spans.getFinishedSpans(),
  };
}

/** The instruments that were exported, by name. */
export function instrumentsIn({ scopeMetrics }: ResourceMetrics) {
  return Object.fromEntries(
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor: { name, unit }, dataPointType, dataPoints }) => [
        name,
        {
          unit,
          kind: DataPointType[dataPointType],
          attributes: [
            ...new Set(
              dataPoints.flatMap(({ attributes }) => Object.keys(attributes)),
            ),
          ].toSorted(),
        },
      ]),
  );
}

/** Every series that was exported. */
export function seriesIn({ scopeMetrics }: ResourceMetrics): Series[] {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({
        instrument: descriptor.name,
        attributes,
        value: typeof value === 'number' ? value : value.count,
      })),
    );
}
