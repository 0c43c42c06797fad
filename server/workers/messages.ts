import { z } from 'zod'
import { EXIT_CODES } from '../operator/exit-codes.ts'
import type { Snapshot } from '../telemetry/metrics/snapshot.ts'

/** A message from the primary process to a worker. */
export const ToWorker = z.discriminatedUnion('kind', [
  /** Sent together with a connection, if the operating system can pass it to the worker. */
  z.object({ kind: z.literal('connection') }),
  /** Sent after each connection. */
  z.object({ kind: z.literal('sent'), id: z.number() }),
  z.object({ kind: z.literal('leave') }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('metrics'), id: z.number() }),
  /** Answers a `Question`. */
  z.object({ kind: z.literal('answer'), id: z.number(), retryAfter: z.number().nullable() }),
])
export type ToWorker = z.output<typeof ToWorker>

const name = z.enum(['requests', 'links', 'passwords', 'codes'])

/** Asks whether an attempt is allowed. The answer is null, or the seconds to wait. */
export const Question = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('consume'),
    name,
    key: z.string(),
    rule: z.object({ window: z.number(), max: z.number() }),
  }),
  z.object({ kind: z.literal('begin'), name, key: z.string(), most: z.number() }),
])
export type Question = z.output<typeof Question>

/** A message from a worker to the primary process. */
export const FromWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('serving') }),
  /** Confirms the message `sent`. */
  z.object({ kind: z.literal('taken'), id: z.number() }),
  z.object({ kind: z.literal('failed'), exitCode: z.enum(EXIT_CODES), message: z.string() }),
  z.object({ kind: z.literal('metrics'), id: z.number(), metrics: z.custom<Snapshot>(Array.isArray).nullable() }),
  z.object({ kind: z.literal('question'), id: z.number(), question: Question }),
  z.object({ kind: z.literal('settle'), name, key: z.string(), failed: z.boolean() }),
])
export type FromWorker = z.output<typeof FromWorker>
export type Settled = Extract<FromWorker, { kind: 'settle' }>
