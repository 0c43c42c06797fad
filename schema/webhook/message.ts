import { createHmac, randomBytes } from 'node:crypto'
import type { Database } from '@keyward/prisma/database'
import { publicActorId, publicTargetId } from '../audit/public-ids.ts'
import { encodeId } from '../core/ids.ts'
import type { SealingKey } from '../core/sealing.ts'
import type { Details } from '../write/audit/chain.ts'
import { openNames } from '../write/audit/open-names.ts'
import type { SealedEntry } from '../write/audit/seal-people.ts'
import type { WebhookEvent } from './events.ts'

/** The body of a message. */
export interface Message {
  type: WebhookEvent
  timestamp: string
  data: {
    organizationId: string
    projectId: string | null
    action: string
    actor: { kind: string; id: string | null; name: string | null }
    target: { type: string; id: string; name: string | null }
    details: Details
  }
}

/**
 * Builds the body of a message, with public ids and sealed names. The body contains no secrets, because no audit entry
 * does.
 */
export const messageOf = (event: WebhookEvent, at: Date, entry: SealedEntry): Message => ({
  type: event,
  timestamp: at.toISOString(),
  data: {
    organizationId: encodeId('Organization', entry.organizationId),
    projectId: entry.projectId ? encodeId('Project', entry.projectId) : null,
    action: entry.action,
    actor: { kind: entry.actorKind, id: publicActorId(entry.actorKind, entry.actorId), name: entry.actorName },
    target: {
      type: entry.targetType,
      id: publicTargetId(entry.targetType, entry.targetId),
      name: entry.targetName,
    },
    details: entry.details,
  },
})

/** The body as it is sent: with names, except those of people who were erased in the meantime. */
export async function openMessage(database: Database, keys: readonly SealingKey[], message: Message): Promise<Message> {
  const { actor, target, details } = message.data
  const names = await openNames(database, keys, { actor: actor.name, target: target.name })
  return {
    ...message,
    data: {
      ...message.data,
      actor: { ...actor, name: names.actor ?? null },
      target: { ...target, name: names.target ?? null },
      details: await openNames(database, keys, details),
    },
  }
}

/** The public id of a message, the same at every attempt, so that receivers can ignore repeats. */
export const messageId = (deliveryId: string): string => encodeId('WebhookDelivery', deliveryId)

const SECRET_PREFIX = 'whsec_'

/** A new signing secret, in the form of Standard Webhooks: `whsec_` and 256 random bits in base64. */
export const newSigningSecret = (): string => SECRET_PREFIX + randomBytes(32).toString('base64')

const signatureOf = (secret: string, content: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'))
    .update(content)
    .digest('base64')}`

/** The headers that authenticate a message and its time, signed with each secret. */
export function signedHeaders(
  secrets: readonly string[],
  deliveryId: string,
  at: Date,
  body: string,
): Record<string, string> {
  const id = messageId(deliveryId)
  const timestamp = Math.floor(at.getTime() / 1000).toString()
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signatureOf(secret, `${id}.${timestamp}.${body}`)).join(' '),
  }
}
