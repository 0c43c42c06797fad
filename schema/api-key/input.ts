import { isModelPattern, MAX_MODELS, MAX_PATTERN } from '@keyward/engine/models'
import { formatNetwork, parseNetwork } from '@keyward/engine/networks'
import { Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { ValidationError } from '../core/errors.ts'
import { listOf, name, text } from '../core/input.ts'

/** Maximum number of tags, and of networks, of one key. */
export const MAX_TAGS = 20
export const MAX_IPS = 100

/** The canonical CIDR form of an address or network: `10.1.2.3` becomes `10.1.2.3/32`; host bits are cleared. */
export function canonicalCidr(value: string): string | null {
  const network = parseNetwork(value.trim())
  return network && formatNetwork(network)
}

const cidr = text(64).transform((value, context) => {
  const canonical = canonicalCidr(value)
  if (canonical === null) {
    context.addIssue({
      code: 'custom',
      message: 'Must be an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32.',
    })
    return z.NEVER
  }
  return canonical
})

const unique = <T>(values: T[]): T[] => [...new Set(values)]

/** A list that can be omitted or null. Both mean an empty list. */
const orEmpty = <Item>(list: z.ZodType<Item[]>) => list.nullish().transform((value) => value ?? [])

export const workloads = z.array(z.enum(Workload)).transform(unique)

export const allowedIps = listOf(cidr, MAX_IPS).transform(unique)

export const models = listOf(
  text(MAX_PATTERN).refine(isModelPattern, {
    error: 'Must be the id or slug of a model, or a slug prefix that ends with `*`, such as `meta/*`.',
  }),
  MAX_MODELS,
).transform(unique)

/** A tag of a key. */
export const tag = z.object({
  key: text(64).regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, {
    error: 'Must consist of letters, digits and . _ / - and begin with a letter or digit.',
  }),
  value: text(256),
})

export const tags = listOf(tag, MAX_TAGS, `May have at most ${MAX_TAGS} tags.`).refine(
  (value) => new Set(value.map((tag) => tag.key)).size === value.length,
  {
    error: 'Must have each tag key only once.',
  },
)

/** The longest lifetime: the largest Int of GraphQL. */
export const MAX_EXPIRES_IN_SECONDS = 2_147_483_647

/** An expiration, given as a time or as a lifetime in seconds from the database's current time. */
export const expirationFields = {
  expiresAt: z.date().nullish(),
  expiresInSeconds: z.number().int().min(1, { error: 'Must be at least 1.' }).max(MAX_EXPIRES_IN_SECONDS).nullish(),
}

/** An expiration and the input field that it came from. */
export interface Expiration {
  expiresAt: Date | null
  path: string[]
}

/** Throws ValidationError unless a time is in the future, by the database's clock. */
export function requireAhead(value: Date | null, now: Date, path: string[]): void {
  if (value && value <= now) throw ValidationError.at(path, `Must be in the future (now: ${now.toISOString()}).`)
}

/** Reads an expiration by the database's time. Throws ValidationError if both fields are given, or the time is past. */
export function readExpiration(
  {
    expiresAt,
    expiresInSeconds,
  }: { expiresAt?: Date | null | undefined; expiresInSeconds?: number | null | undefined },
  now: Date,
): Expiration {
  if (expiresInSeconds == null) {
    const path = ['expiresAt']
    requireAhead(expiresAt ?? null, now, path)
    return { expiresAt: expiresAt ?? null, path }
  }
  if (expiresAt) throw ValidationError.at('expiresInSeconds', 'Give `expiresAt` or `expiresInSeconds`, not both.')
  return { expiresAt: new Date(now.getTime() + expiresInSeconds * 1_000), path: ['expiresInSeconds'] }
}

/** The fields of every new key. */
export const newKeyFields = {
  name: name(),
  ...expirationFields,
  workloads: orEmpty(workloads),
  models: orEmpty(models),
  allowedIps: orEmpty(allowedIps),
  tags: orEmpty(tags),
}
