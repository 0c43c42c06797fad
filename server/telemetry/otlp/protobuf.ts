import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { type Exporters, optionsOf } from './options.ts'

export const exporters: Exporters = {
  traces: (to) => new OTLPTraceExporter(optionsOf(to)),
  metrics: (to) => new OTLPMetricExporter(optionsOf(to)),
}
