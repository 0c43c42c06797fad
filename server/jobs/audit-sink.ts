import type { Database } from '@keyward/prisma/database'
import { type AuditStream, type Batch, streamAuditEvents } from '@keyward/schema/audit/sink/stream'
import { signedHeaders } from '@keyward/schema/webhook/message'
import { send } from '@keyward/schema/webhook/send'
import { resolveAny, resolvePublic } from '@keyward/schema/webhook/target'
import type { AuditSinkConfig, Config } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import { append } from './append.ts'

type Deliver = (batch: Batch, signal: AbortSignal) => Promise<void>

/** Sends a batch as webhooks are sent: signed, and to targets that webhooks may reach. */
const toAddress =
  (database: Database, { url, secret }: { url: string; secret: string }, privateTargets: boolean): Deliver =>
  async ({ id, body }, signal) => {
    const headers = {
      ...signedHeaders([secret], id, database.clock.now(), body),
      'content-type': 'application/x-ndjson',
    }
    const resolve = privateTargets ? resolveAny : resolvePublic
    const { status, error } = await send(new URL(url), body, headers, {
      privateTargets,
      resolve,
      signal,
      tracing: database.tracing,
    })
    if (error !== null) throw new Error(error)
    if (status < 200 || status > 299) throw new Error(`The answer had the status ${status}.`)
  }

/** Appends a batch to the file, which is opened anew for each: so it may be moved aside at any time. */
const toFile =
  (file: string): Deliver =>
  ({ body }) =>
    append(file, body).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
      throw new Error(`The file cannot be written (${code}).`)
    })

interface Options extends Pick<Config, 'webhookPrivateTargets'> {
  auditSink: AuditSinkConfig | null
  database: Database
  log: Log
}

/** Streams audit events out of the instance. Null if no receiver is configured. */
export function startAuditSink({ auditSink, webhookPrivateTargets, database, log }: Options): AuditStream | null {
  if (auditSink === null) return null
  return streamAuditEvents({
    database,
    deliver: 'file' in auditSink ? toFile(auditSink.file) : toAddress(database, auditSink, webhookPrivateTargets),
    onChange: (failure) =>
      failure
        ? log.warn('audit events cannot be streamed', { detail: failure.message })
        : log.info('audit events are streamed again'),
  })
}
