import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { Log } from '../log.ts'

/** An OpenTelemetry exporter, for traces or metrics. */
interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void
}

/** Running exports of a signal. */
export interface Watched {
  /** Abandons running exports, so that a stop does not wait for them. */
  abandon(): void
}

const ABANDONED: ExportResult = { code: ExportResultCode.FAILED, error: new Error('The server stopped.') }

/** An error's name or code. Its message can contain headers and addresses. */
const nameOf = (error: Error | undefined): string => {
  const code = error && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? String(code) : (error?.name ?? 'no reason given')
}

/** Logs when exports begin to fail and when they succeed again. Running exports can be abandoned to stop. */
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
