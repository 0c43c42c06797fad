import { z } from 'zod'
import { open, type SealingKey, seal } from '../core/sealing.ts'

/** The signing secrets of a webhook: the newest, and during a rotation the previous one. */
export interface SigningSecrets {
  current: string
  previous: { secret: string; retiresAt: string } | null
}

const signingSecrets: z.ZodType<SigningSecrets> = z.object({
  current: z.string(),
  previous: z.object({ secret: z.string(), retiresAt: z.string() }).nullable(),
})

interface Bound {
  id: string
  organizationId: string
}

/** Binds sealed secrets to their place: they open in no other organization or row. */
export const webhookBinding = ({ id, organizationId }: Bound): string => `webhook ${organizationId} ${id}`

/** Seals the secrets of a webhook with the instance's first key-encryption key. */
export function sealSecrets([key]: readonly SealingKey[], webhook: Bound, secrets: SigningSecrets) {
  if (!key) throw new Error('No key-encryption key is configured')
  return seal(key, Buffer.from(JSON.stringify(secrets)), webhookBinding(webhook))
}

/** Opens the secrets of a webhook. */
export const openSecrets = (keys: readonly SealingKey[], webhook: Bound, sealed: Uint8Array): SigningSecrets =>
  signingSecrets.parse(JSON.parse(open(keys, sealed, webhookBinding(webhook)).toString()))

/** The secrets that sign messages at a given time, newest first. */
export const secretsAt = ({ current, previous }: SigningSecrets, at: Date): string[] => [
  current,
  ...(previous && new Date(previous.retiresAt) > at ? [previous.secret] : []),
]
