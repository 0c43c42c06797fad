import { createHash, hkdfSync } from 'node:crypto'
import type { SealingKey } from '@keyward/schema/core/sealing'
import { replaceSecondFactor } from '@keyward/schema/sealed-value/second-factors'
import { countSecondFactors } from '@keyward/schema/sealed-value/sql'
import type { SealedKind } from '@keyward/schema/sealed-value/values'
import type { BetterAuthPlugin } from 'better-auth'
import { parseEnvelope, symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'

/** better-auth identifies keys by number. A key's number must not change when other keys are added before it. */
const versionOf = ({ id }: SealingKey): number => createHash('sha256').update(id).digest().readUInt32BE(0)

const sealingSecretOf = ({ key }: SealingKey): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'keyward second factors', 32)).toString('base64')

/** The keys in the form that better-auth expects. The first one seals. */
function secretConfigOf(keys: readonly SealingKey[]) {
  const [first] = keys
  if (!first) throw new Error('There is no encryption key')
  return {
    keys: new Map(keys.map((key) => [versionOf(key), sealingSecretOf(key)])),
    currentVersion: versionOf(first),
  }
}

/**
 * Seals secrets and recovery codes with the encryption keys. better-auth would use the session secret, so changing it
 * would make every second factor unreadable.
 */
export const sealing = (keys: readonly SealingKey[]): BetterAuthPlugin => ({
  id: 'keyward-sealing',
  init: () => ({ context: { secretConfig: secretConfigOf(keys) } }),
})

/** Second factors, for `keyward-server reseal`. */
export const SECOND_FACTORS: SealedKind = {
  name: 'secondFactors',
  async countByKey(database, keys) {
    const names = new Map(keys.map((key) => [String(versionOf(key)), key.id]))
    const rows = await countSecondFactors(database)
    // better-auth stores only a key's number, so a missing key has no name.
    return rows.map(({ version, count }) => ({ key: names.get(version) ?? `number ${version}`, count }))
  },
  async reseal(database, keys) {
    const key = secretConfigOf(keys)
    const again = async (data: string): Promise<string | null> => {
      const version = parseEnvelope(data)?.version
      if (version === key.currentVersion) return data
      if (version === undefined || !key.keys.has(version)) return null
      return symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data }) })
    }
    return replaceSecondFactor(database, async ({ secret, backupCodes }) => {
      const [newSecret, newCodes] = await Promise.all([again(secret), again(backupCodes)])
      if (newSecret === null || newCodes === null || (newSecret === secret && newCodes === backupCodes)) return null
      return { secret: newSecret, backupCodes: newCodes }
    })
  },
}
