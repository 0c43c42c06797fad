import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean }
interface Attribute {
  key: string
  value: Value & { arrayValue?: { values: Value[] } }
}

/** A span as the receiver reads it. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  kind: number
  attributes: Record<string, unknown>
  resource: Record<string, unknown>
  status: number
}

/** A metric as the receiver reads it. */
export interface ReceivedMetric {
  name: string
  unit: string
  kind: 'sum' | 'gauge' | 'histogram'
  points: {
    attributes: Record<string, unknown>
    value: number | undefined
    count: number | undefined
    bucketCounts: number[]
  }[]
}

/** A collector of OpenTelemetry on this machine. */
export interface OtlpReceiver {
  url: string
  requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[]
  /** Everything that was received, as text. */
  text(): string
  spans(): ReceivedSpan[]
  /** The metrics of the newest export. */
  metrics(): Map<string, ReceivedMetric>
  /** `hang` never answers. */
  mode: 'answer' | 'hang' | 'fail'
  close(): Promise<void>
}

const plain = ({ stringValue, intValue, doubleValue, boolValue }: Value) =>
  stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue

const attributesOf = (given: Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(
    given.map(({ key, value }) => [key, value.arrayValue ? value.arrayValue.values.map(plain) : plain(value)]),
  )

/** Starts a collector that takes OTLP over HTTP, and reads it where it is JSON. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const requests: OtlpReceiver['requests'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const sent = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
      requests.push({ path: request.url ?? '', headers: request.headers, body })
      if (receiver.mode === 'hang') return
      const isJson = request.headers['content-type'] === 'application/json'
      response.writeHead(receiver.mode === 'fail' ? 400 : 200, { 'content-type': request.headers['content-type'] })
      response.end(isJson ? '{}' : undefined)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const bodiesAt = (path: string) =>
    requests.filter((request) => request.path === path).map(({ body }) => JSON.parse(body.toString('utf8')))
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${port}`,
    requests,
    mode: 'answer',
    text: () => requests.map(({ body }) => body.toString('latin1')).join('\n'),
    spans: () =>
      bodiesAt('/v1/traces').flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap((group: { resource: { attributes: Attribute[] }; scopeSpans: { spans: [] }[] }) =>
          group.scopeSpans.flatMap(({ spans }) =>
            spans.map(
              (
                span: Omit<ReceivedSpan, 'attributes' | 'status'> & {
                  attributes: Attribute[]
                  status?: { code?: number }
                },
              ) => ({
                ...span,
                attributes: attributesOf(span.attributes),
                resource: attributesOf(group.resource.attributes),
                status: span.status?.code ?? 0,
              }),
            ),
          ),
        ),
      ),
    metrics() {
      const newest = bodiesAt('/v1/metrics').at(-1)
      const found = new Map<string, ReceivedMetric>()
      for (const { scopeMetrics } of newest?.resourceMetrics ?? []) {
        for (const { metrics } of scopeMetrics) {
          for (const metric of metrics) {
            const kind = metric.sum ? 'sum' : metric.histogram ? 'histogram' : 'gauge'
            const points = metric[kind].dataPoints.map(
              (point: {
                attributes: Attribute[]
                asDouble?: number
                asInt?: string
                count?: string
                bucketCounts?: string[]
              }) => ({
                attributes: attributesOf(point.attributes),
                value: point.asDouble ?? (point.asInt === undefined ? undefined : Number(point.asInt)),
                count: point.count === undefined ? undefined : Number(point.count),
                bucketCounts: (point.bucketCounts ?? []).map(Number),
              }),
            )
            found.set(metric.name, { name: metric.name, unit: metric.unit, kind, points })
          }
        }
      }
      return found
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}
