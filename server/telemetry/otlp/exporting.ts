import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { Log } from '../log.ts'

/** An exporter of OpenTelemetry: of traces or of metrics. */
interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void
}

/** Watches the exports of a signal. */
export interface Watched {
  /** Ends running exports without their result, so that nothing waits for them. */
  abandon(): void
}

const ABANDONED: ExportResult = { code: ExportResultCode.FAILED, error: new Error('The server stopped.') }

/** The name or code of an error. Its message can contain headers and addresses. */
const nameOf = (error: Error | undefined): string => {
  const code = error && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? String(code) : (error?.name ?? 'no reason given')
}

/** Logs when exports begin to fail and when they succeed again. Allows a stop to abandon running exports. */
export function watchExports<Items>(exporter: Exporter<Items>, signal: 'traces' | 'metrics', log: Log): Watched {
  const pending = new Set<(result: ExportResult) => void>()
  let isFailing = false
  const note = ({ code, error }: ExportResult) => {
    const failed = code !== ExportResultCode.SUCCESS
    if (failed === isFailing) return
    isFailing = failed
    if (failed) log.warn('exports by OTLP fail', { signal, reason: nameOf(error) })
    else log.info('exports by OTLP succeed again', { signal })
  }
  const send = exporter.export.bind(exporter)
  exporter.export = (items, done) => {
    const end = (result: ExportResult) => {
      if (!pending.delete(end)) return
      if (result !== ABANDONED) note(result)
      done(result)
    }
    pending.add(end)
    send(items, end)
  }
  return {
    abandon() {
      for (const end of pending) end(ABANDONED)
    },
  }
}
