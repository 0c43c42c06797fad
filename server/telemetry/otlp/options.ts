import { CompressionAlgorithm, type OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Destination } from '../../config/telemetry.ts'

/** The official exporters of one encoding. */
export interface Exporters {
  traces(to: Destination): SpanExporter
  metrics(to: Destination): PushMetricExporter
}

/** An exporter's options. The exporter reads the options for certificates from the environment. */
export const optionsOf = ({ url, headers, compression, timeoutMs }: Destination): OTLPExporterNodeConfigBase => ({
  url,
  headers,
  compression: compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
  timeoutMillis: timeoutMs,
})
