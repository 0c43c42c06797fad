import { z } from 'zod'
import { integer, list, url, variable } from './variable.ts'

/** Percent-encoded `name=value` pairs, the format of headers and attributes in OpenTelemetry variables. */
const pairs = z.string().transform((text, context): Record<string, string> => {
  const read: [string, string][] = []
  for (const item of list(text)) {
    const [, name, encoded] = /^([^\s=]+)\s*=\s*(.*)$/.exec(item) ?? []
    const value = encoded === undefined ? null : decoded(encoded)
    if (name === undefined || value === null) {
      context.addIssue({ code: 'custom', message: 'not such pairs' })
      return z.NEVER
    }
    read.push([name, value])
  }
  return Object.fromEntries(read)
})

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const endpoint = url(['http:', 'https:']).refine((parsed) => !parsed.search && !parsed.hash)

const PAIRS = 'name=value pairs separated by commas, other characters percent-encoded'

const headers = (unset: string) => variable({ expected: PAIRS, unset, secret: true, schema: pairs })

const exporter = (unset: string) =>
  variable({ expected: '`otlp` or `none`', unset, schema: z.string().pipe(z.enum(['otlp', 'none'])) })

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** OpenTelemetry variables that the server reads, with OpenTelemetry's names and meanings. */
export const TELEMETRY_VARIABLES = {
  OTEL_SDK_DISABLED: variable({
    expected: '`true` or `false`',
    unset: '`false`',
    schema: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['true', 'false'])),
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable({
    expected: 'an http:// or https:// address without a query',
    unset: 'nothing is exported',
    schema: endpoint,
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: variable({
    expected: 'an http:// or https:// address without a query',
    unset: '`OTEL_EXPORTER_OTLP_ENDPOINT/v1/traces`',
    schema: endpoint,
  }),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: variable({
    expected: 'an http:// or https:// address without a query',
    unset: '`OTEL_EXPORTER_OTLP_ENDPOINT/v1/metrics`',
    schema: endpoint,
  }),
  OTEL_EXPORTER_OTLP_HEADERS: headers('none'),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: headers('only `OTEL_EXPORTER_OTLP_HEADERS`'),
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: headers('only `OTEL_EXPORTER_OTLP_HEADERS`'),
  OTEL_EXPORTER_OTLP_PROTOCOL: variable({
    expected: '`http/protobuf` or `http/json`',
    unset: '`http/protobuf`',
    schema: z.string().pipe(z.enum(['http/protobuf', 'http/json'])),
  }),
  OTEL_EXPORTER_OTLP_COMPRESSION: variable({
    expected: '`gzip` or `none`',
    unset: '`none`',
    schema: z.string().pipe(z.enum(['gzip', 'none'])),
  }),
  OTEL_EXPORTER_OTLP_TIMEOUT: variable({
    expected: 'milliseconds, a whole number from 100 to 60000',
    unset: '10000',
    schema: integer(100, 60_000),
  }),
  OTEL_TRACES_EXPORTER: exporter('`otlp` if there is an address for traces'),
  OTEL_METRICS_EXPORTER: exporter('`otlp` if there is an address for metrics'),
  OTEL_TRACES_SAMPLER: variable({
    expected: SAMPLERS.map((name) => `\`${name}\``)
      .join(', ')
      .replace(/, ([^,]+)$/, ' or $1'),
    unset: '`parentbased_always_on`',
    schema: z.string().pipe(z.enum(SAMPLERS)),
  }),
  OTEL_TRACES_SAMPLER_ARG: variable({
    expected: 'a number from 0 to 1',
    unset: '1',
    schema: z
      .string()
      .regex(/^(0|1|0?\.\d{1,9}|1\.0+)$/)
      .transform(Number),
  }),
  OTEL_SERVICE_NAME: variable({
    expected: '1 to 255 characters',
    unset: '`service.name` of `OTEL_RESOURCE_ATTRIBUTES`, or else `keyward`',
    schema: z.string().max(255),
  }),
  OTEL_RESOURCE_ATTRIBUTES: variable({ expected: PAIRS, unset: 'none', schema: pairs }),
  OTEL_PROPAGATORS: variable({
    expected: '`tracecontext`, or `tracecontext,baggage`',
    unset: '`tracecontext`',
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(z.enum(['tracecontext', 'baggage'])))
      .refine((given) => given.includes('tracecontext')),
  }),
  OTEL_BSP_SCHEDULE_DELAY: variable({
    expected: 'milliseconds, a whole number from 10 to 60000',
    unset: '5000',
    schema: integer(10, 60_000),
  }),
  OTEL_METRIC_EXPORT_INTERVAL: variable({
    expected: 'milliseconds, a whole number from 100 to 3600000',
    unset: '60000',
    schema: integer(100, 3_600_000),
  }),
}
