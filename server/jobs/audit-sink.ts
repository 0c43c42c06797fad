import type { Database } from '@keyward/prisma/database'
import { type AuditStream, type Batch, streamAuditEvents } from '@keyward/schema/audit/sink/stream'
import { signedHeaders } from '@keyward/schema/webhook/message'
import { send } from '@keyward/schema/webhook/send'
import { resolveAny } from '@keyward/schema/webhook/target'
import type { AuditSinkConfig } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import { append } from './append.ts'

type Deliver = (batch: Batch, signal: AbortSignal) => Promise<void>

/** Sends a batch, signed like webhook messages. The operator configured the address, so it may be private. */
const toAddress =
  (database: Database, { url, secret }: { url: string; secret: string }): Deliver =>
  async ({ id, body }, signal) => {
    const headers = {
      ...signedHeaders([secret], id, database.clock.now(), body),
      'content-type': 'application/x-ndjson',
    }
    const { status, error } = await send(new URL(url), body, headers, {
      privateTargets: true,
      resolve: resolveAny,
      signal,
      tracing: database.tracing,
    })
    if (error !== null) throw new Error(error)
    if (status < 200 || status > 299) throw new Error(`The response had the status ${status}.`)
  }

/** Appends a batch to the file. The file is opened for each batch, so that it can be moved at any time. */
const toFile =
  (file: string): Deliver =>
  ({ body }) =>
    append(file, body).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
      throw new Error(`The file cannot be written (${code}).`)
    })

interface Options {
  auditSink: AuditSinkConfig | null
  database: Database
  log: Log
}

/** Streams audit events out of the instance. Null if no sink is configured. */
export function startAuditSink({ auditSink, database, log }: Options): AuditStream | null {
  if (auditSink === null) return null
  return streamAuditEvents({
    database,
    deliver: 'file' in auditSink ? toFile(auditSink.file) : toAddress(database, auditSink),
    onChange: (failure) =>
      failure
        ? log.warn('audit events cannot be streamed', { detail: failure.message })
        : log.info('audit events are streamed again'),
    onRestart: (organizationIds) =>
      log.warn('audit events are streamed from the first one', { organizationIds: organizationIds.join(', ') }),
  })
}
