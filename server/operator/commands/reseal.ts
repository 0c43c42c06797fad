import { countSealed } from '@keyward/schema/sealed-value/values'
import { SEALED_KINDS } from '../../identity/sealed-kinds.ts'
import { CommandError } from '../exit-codes.ts'
import { type ResultOptions, showResult } from '../result.ts'
import { missingKey, wordsOf } from '../sealed-words.ts'
import { withRuntime } from './with-runtime.ts'

/**
 * `keyward-server reseal`: seals all values with the first key-encryption key, so that the others can be removed. It
 * can be interrupted and run again. If the key of a value is missing, the command fails after sealing the other values.
 */
export async function runReseal(options: ResultOptions): Promise<void> {
  const { resealed, found } = await withRuntime(async ({ database }, { encryptionKeys }) => {
    const resealed = { legacyKeys: 0, webhooks: 0, secondFactors: 0, personKeys: 0 }
    for (const { name, reseal } of SEALED_KINDS) resealed[name] = await reseal(database, encryptionKeys)
    return { resealed, found: await countSealed(database, SEALED_KINDS, encryptionKeys) }
  })
  const [first, ...others] = found
  const lines = [`Now sealed under "${first?.key}": ${wordsOf(resealed) || 'nothing, because everything already was'}.`]
  for (const { key, isMissing, counts } of others) {
    if (isMissing) continue
    const left = wordsOf(counts)
    lines.push(left === '' ? `Nothing is sealed under "${key}".` : `Still under "${key}": ${left}. Run this again.`)
  }
  showResult(options, { resealed, keys: found }, lines)
  const missing = found.filter(({ isMissing }) => isMissing)
  if (missing.length > 0) throw new CommandError(missing.map(missingKey).join('\n'))
}
