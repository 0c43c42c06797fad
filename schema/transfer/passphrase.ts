import { scryptSync } from 'node:crypto'
import { open, type SealingKey, seal } from '../core/sealing.ts'
import { legacyKeyBinding } from '../legacy-key/service.ts'
import { webhookBinding } from '../webhook/signing-secrets.ts'
import { personKeyBinding } from '../write/audit/sealed-text.ts'
import type { Row, TravellingTable } from './tables.ts'

/** Fixed for each version of the format. */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 }

/** Derives the key that protects the secrets in a file from the passphrase. */
export const deriveKey = (passphrase: string, salt: Uint8Array): SealingKey => ({
  id: 'passphrase',
  key: scryptSync(passphrase.normalize('NFC'), salt, 32, COST),
})

/** A column that contains a secret. In the file, the secret is sealed under the passphrase. */
interface Protected {
  column: string
  bound: (row: Row) => string
  /** Whether the database also stores it sealed. */
  isSealed: boolean
}

const organizationOf = (row: Row) => ({ id: String(row.id), organizationId: String(row.organization_id) })

export const PROTECTED: Readonly<Partial<Record<TravellingTable, Protected>>> = {
  organization: { column: 'consumer_salt', bound: ({ id }) => `consumer-salt ${id}`, isSealed: false },
  legacy_key: {
    column: 'sealed',
    bound: (row) => legacyKeyBinding({ ...organizationOf(row), version: Number(row.version) }),
    isSealed: true,
  },
  webhook: { column: 'sealed_secret', bound: (row) => webhookBinding(organizationOf(row)), isSealed: true },
}

/**
 * The keys of names in the audit log. The file contains them in plain text, because it also contains the names of
 * people.
 */
export const OPENED: Readonly<Partial<Record<TravellingTable, Omit<Protected, 'isSealed'>>>> = {
  person_key: { column: 'sealed', bound: (row) => personKeyBinding(organizationOf(row)) },
}

/** Bytes as PostgreSQL writes them in JSON. */
export const toHex = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`
export const fromHex = (text: unknown): Buffer => Buffer.from(String(text).replace(/^\\x/, ''), 'hex')

/** Seals the secret of a row under the passphrase. Null without a secret. */
export function protect(
  { column, bound, isSealed }: Protected,
  row: Row,
  keys: readonly SealingKey[],
  passphraseKey: SealingKey,
): string | null {
  const value = row[column]
  if (value == null) return null
  const secret = isSealed ? open(keys, fromHex(value), bound(row)) : fromHex(value)
  return toHex(seal(passphraseKey, secret, bound(row)))
}

/** Opens the secret of a row of the file, and seals it again under a key of this instance. */
export function unprotect(
  { column, bound, isSealed }: Protected,
  row: Row,
  passphraseKey: SealingKey,
  [key]: readonly SealingKey[],
): string | null {
  const value = row[column]
  if (value == null) return null
  if (!key) throw new Error('No key-encryption key is configured')
  const secret = open([passphraseKey], fromHex(value), bound(row))
  return toHex(isSealed ? seal(key, secret, bound(row)) : secret)
}
