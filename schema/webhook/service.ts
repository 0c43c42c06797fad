import type { Webhook } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, NotFoundError, ValidationError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { findOrganization, targetOf as organizationTarget } from '../organization/access.ts'
import { lockOrganization } from '../organization/sql.ts'
import type { Details } from '../write/audit/chain.ts'
import { changeOnce, idempotencyKey, once } from '../write/idempotency/once.ts'
import type { RemovalRule } from '../write/removed.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { findWebhook, targetOf } from './access.ts'
import { description, events, target } from './input.ts'
import { messageOf, newSigningSecret } from './message.ts'
import { openSecrets, sealSecrets } from './signing-secrets.ts'
import { lockWebhookRow } from './sql.ts'

/** A new signing secret. */
export interface IssuedSigningSecret {
  webhookId: string
  secret: string
}

const issuedSigningSecret: z.ZodType<IssuedSigningSecret> = z.object({ webhookId: z.string(), secret: z.string() })

/** The longest time during which messages are signed with both the old and the new secret: 7 days. */
export const MAX_OVERLAP_SECONDS = 604_800
export const DEFAULT_OVERLAP_SECONDS = 86_400

const allowsPrivate = ({ runtime }: Caller): boolean => runtime.settings.webhookPrivateTargets === true

const labelOf = ({ access: { actor } }: Caller): string => ('name' in actor ? actor.name : actor.kind)

/** Only the host of a URL is audited, because the path is often a secret of the receiver. */
export function record(
  unit: UnitOfWork,
  webhook: { id: string; organizationId: string; url: string },
  action: string,
  details: Details = {},
): void {
  unit.audit({
    organizationId: webhook.organizationId,
    action,
    targetType: 'Webhook',
    targetId: webhook.id,
    targetName: new URL(webhook.url).host,
    details,
  })
}

/** Locks a webhook and reads it again, because it may have changed while this waited for the lock. */
async function lockWebhook({ tx }: UnitOfWork, id: string): Promise<Webhook> {
  await lockWebhookRow(tx, id)
  const webhook = await tx.webhook.findUnique({ where: { id } })
  if (!webhook) throw new NotFoundError('webhook')
  return webhook
}

/** Changes one webhook: finds it, requires the action, locks it and reads it again. */
export async function changeWebhook<T>(
  caller: Caller,
  id: string,
  action: Action,
  work: (unit: UnitOfWork, webhook: Webhook) => Promise<T>,
): Promise<T> {
  return changeFound(caller, await findWebhook(caller, id), action, work)
}

/** Changes a webhook that the caller may see: requires the action, locks it and reads it again. */
export const changeFound = <T>(
  caller: Caller,
  webhook: Pick<Webhook, 'id' | 'organizationId'>,
  action: Action,
  work: (unit: UnitOfWork, webhook: Webhook) => Promise<T>,
): Promise<T> =>
  change(caller, [{ action, target: targetOf(webhook) }], async (unit) =>
    work(unit, await lockWebhook(unit, webhook.id)),
  )

export const webhookCreateInput = (privateTargets: boolean) =>
  z.object({
    organizationId: z.string(),
    url: target(privateTargets),
    description,
    events: events.nullish(),
    idempotencyKey: idempotencyKey(),
  })

/** Creates a webhook with its signing secret. */
export async function createWebhook(caller: Caller, input: unknown): Promise<IssuedSigningSecret> {
  const { idempotencyKey: key, ...fields } = parse(webhookCreateInput(allowsPrivate(caller)), input)
  const organization = await findOrganization(caller, fields.organizationId)
  const { id: organizationId } = organization
  return changeOnce(
    caller,
    [{ action: 'webhook:create', target: organizationTarget(organization) }],
    {
      operation: 'webhookCreate',
      key,
      input: fields,
      result: issuedSigningSecret,
      present: (unit, { webhookId }) => lockWebhook(unit, webhookId),
    },
    async (unit) => {
      const { tx } = unit
      await lockOrganization(tx, organizationId)
      const limit = caller.runtime.limits.webhooksPerOrganization
      if ((await tx.webhook.count({ where: { organizationId }, take: limit })) >= limit) {
        const message = `An organization may have at most ${limit} webhooks. Remove some first.`
        throw new LimitExceededError(message, limit, ['webhookRemove'])
      }
      const secret = newSigningSecret()
      const webhook = { id: newId(), organizationId, url: fields.url }
      const secrets = { current: secret, previous: null }
      await tx.webhook.create({
        data: {
          ...webhook,
          description: fields.description || null,
          events: fields.events ?? [],
          sealedSecret: sealSecrets(caller.runtime.settings.encryptionKeys, webhook, secrets),
          createdAt: unit.now,
          createdByName: labelOf(caller),
        },
      })
      record(unit, webhook, 'webhook.created', { events: fields.events ?? [] })
      return { webhookId: webhook.id, secret }
    },
  )
}

export const webhookUpdateInput = (privateTargets: boolean) =>
  z.object({
    id: z.string(),
    url: target(privateTargets).nullish(),
    description,
    events: events.nullish(),
    enabled: z.boolean().nullish(),
  })

/** Changes the URL, description, events or state of a webhook. Omitted fields stay unchanged. */
export async function updateWebhook(caller: Caller, input: unknown): Promise<{ webhookId: string }> {
  const { id, ...given } = parse(webhookUpdateInput(allowsPrivate(caller)), input)
  if (Object.values(given).every((value) => value == null)) {
    throw ValidationError.at('url', 'Give `url`, `description`, `events` or `enabled`.')
  }
  return changeWebhook(caller, id, 'webhook:update', async (unit, before) => {
    const data = {
      url: given.url ?? before.url,
      description: given.description == null ? before.description : given.description || null,
      events: given.events ?? before.events,
      enabled: given.enabled ?? before.enabled,
    }
    await unit.tx.webhook.update({ where: { id: before.id }, data })
    if (before.enabled && !data.enabled) {
      await unit.tx.webhookDelivery.updateMany({
        where: { webhookId: before.id, nextAttemptAt: { not: null } },
        data: { nextAttemptAt: null, givenUpAt: unit.now, lastError: 'The webhook is disabled.' },
      })
    }
    record(unit, { ...before, url: data.url }, 'webhook.updated', {
      eventsBefore: before.events,
      events: data.events,
      enabledBefore: before.enabled,
      enabled: data.enabled,
      ...(data.url === before.url ? {} : { hostBefore: new URL(before.url).host }),
    })
    return { webhookId: before.id }
  })
}

export const webhookRemoveInput = z.object({ id: z.string() })

/** How removals of webhooks are recorded, and who may remove. */
export const webhookRemoval = {
  type: 'Webhook',
  event: 'webhook.removed',
  action: 'webhook:remove',
} as const satisfies RemovalRule

/** Removes a webhook with its pending messages. */
export async function removeWebhook(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { id } = parse(webhookRemoveInput, input)
  return changeWebhook(caller, id, webhookRemoval.action, async (unit, webhook) => {
    await unit.tx.webhook.delete({ where: { id: webhook.id } })
    record(unit, webhook, webhookRemoval.event)
    return { organizationId: webhook.organizationId }
  })
}

export const webhookSecretRotateInput = z.object({
  id: z.string(),
  overlapSeconds: z
    .number()
    .int()
    .min(0, { error: 'Must be at least 0, which stops the old secret at once.' })
    .max(MAX_OVERLAP_SECONDS, { error: `Must be at most ${MAX_OVERLAP_SECONDS} (7 days).` })
    .nullish(),
  idempotencyKey: idempotencyKey(),
})

/** Gives a webhook a new signing secret. Until the overlap ends, messages are signed with both. */
export async function rotateWebhookSecret(caller: Caller, input: unknown): Promise<IssuedSigningSecret> {
  const { id, overlapSeconds, idempotencyKey: key } = parse(webhookSecretRotateInput, input)
  const overlap = overlapSeconds ?? DEFAULT_OVERLAP_SECONDS
  const { encryptionKeys } = caller.runtime.settings
  return changeWebhook(caller, id, 'webhook:update', (unit, webhook) =>
    once(
      caller,
      unit,
      { operation: 'webhookSecretRotate', key, input: { id, overlap }, result: issuedSigningSecret },
      async () => {
        const retiresAt = new Date(unit.now.getTime() + overlap * 1000).toISOString()
        const secret = newSigningSecret()
        const old = overlap > 0 ? openSecrets(encryptionKeys, webhook, webhook.sealedSecret).current : null
        const sealedSecret = sealSecrets(encryptionKeys, webhook, {
          current: secret,
          previous: old ? { secret: old, retiresAt } : null,
        })
        await unit.tx.webhook.update({ where: { id: webhook.id }, data: { sealedSecret } })
        record(unit, webhook, 'webhook.secretRotated', { overlapSeconds: overlap })
        return { webhookId: webhook.id, secret }
      },
    ),
  )
}

export const webhookTestInput = z.object({ id: z.string() })

/** Sends a test message to one webhook, regardless of its subscribed events. */
export async function testWebhook(caller: Caller, input: unknown): Promise<{ webhookId: string }> {
  const { id } = parse(webhookTestInput, input)
  const answer = await changeWebhook(caller, id, 'webhook:update', async (unit, webhook) => {
    if (!webhook.enabled) throw new InvalidStateError('This webhook is disabled. Enable it first.', ['webhookUpdate'])
    const { organizationId } = webhook
    const tested = { organizationId, action: 'webhook.tested', targetType: 'Webhook', targetId: webhook.id }
    const payloads = (await unit.seal([tested])).map((entry) => ({ ...messageOf('WEBHOOK_TEST', unit.now, entry) }))
    await unit.tx.webhookDelivery.createMany({
      data: payloads.map((payload) => ({
        id: newId(),
        webhookId: webhook.id,
        event: 'WEBHOOK_TEST',
        payload,
        createdAt: unit.now,
        nextAttemptAt: unit.now,
      })),
    })
    record(unit, webhook, 'webhook.tested')
    return { webhookId: webhook.id }
  })
  caller.runtime.webhooks.wake()
  return answer
}
