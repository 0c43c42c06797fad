import { Workload } from '@keyward/prisma/generated/prisma/enums'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { ValidationError } from '../core/errors.ts'
import { name, text } from '../core/input.ts'

/** Tags of one key. */
export const MAX_TAGS = 20
export const MAX_IPS = 100

/** An address or a network, in its canonical CIDR form: `10.1.2.3` becomes `10.1.2.3/32`, host bits are cleared. */
export function canonicalCidr(value: string): string | null {
  try {
    const trimmed = value.trim()
    const single = ipaddr.isValid(trimmed) && !/^\d+$/.test(trimmed)
    const address = single ? ipaddr.parse(trimmed) : ipaddr.parseCIDR(trimmed)[0]
    if (address.kind() === 'ipv4' && !/^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(trimmed)) return null
    const bits = single ? (address.kind() === 'ipv4' ? 32 : 128) : ipaddr.parseCIDR(trimmed)[1]
    const network =
      address.kind() === 'ipv4'
        ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`)
        : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)
    return `${network}/${bits}`
  } catch {
    return null
  }
}

const cidr = text(64).transform((value, context) => {
  const canonical = canonicalCidr(value)
  if (canonical === null) {
    context.addIssue({
      code: 'custom',
      message: 'Is neither an IP address nor a network such as 10.0.0.0/8 or 2001:db8::/32.',
    })
    return z.NEVER
  }
  return canonical
})

const unique = <T>(values: T[]): T[] => [...new Set(values)]

export const workloads = z
  .array(z.enum(Workload))
  .nullish()
  .transform((value) => unique(value ?? []))

export const allowedIps = z
  .array(cidr)
  .max(MAX_IPS, { error: `May have at most ${MAX_IPS} entries.` })
  .nullish()
  .transform((value) => unique(value ?? []))

export const tags = z
  .array(
    z.object({
      key: text(64).regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, {
        error: 'A tag key has letters, digits and . _ / - and begins with a letter or digit.',
      }),
      value: text(256),
    }),
  )
  .max(MAX_TAGS, { error: `May have at most ${MAX_TAGS} tags.` })
  .refine((value) => new Set(value.map((tag) => tag.key)).size === value.length, { error: 'Each tag key once.' })

const expiresAt = z
  .date()
  .nullish()
  .transform((value) => value ?? null)

/** Refuses an expiration that is not ahead of the database's clock. Asked inside the transaction, after repeats. */
export function requireAhead(value: Date | null, now: Date, path: string[] = ['expiresAt']): void {
  if (value && value <= now) throw ValidationError.at(path, `Must be in the future. It is now ${now.toISOString()}.`)
}

/** What every way of making a key takes. */
export const newKeyFields = {
  name: name(),
  expiresAt,
  workloads,
  allowedIps,
  tags: tags.nullish().transform((value) => value ?? []),
}
