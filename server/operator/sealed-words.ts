import type { SealedCounts } from '@keyward/schema/sealed-value/values'
import { count } from './result.ts'

/** Counts of sealed values as text: `1 legacy key, 3 webhooks`. Empty if there are none. */
export const wordsOf = ({ legacyKeys, webhooks, secondFactors, personKeys }: SealedCounts): string =>
  [
    legacyKeys > 0 && count(legacyKeys, 'legacy key'),
    webhooks > 0 && count(webhooks, 'webhook'),
    secondFactors > 0 && count(secondFactors, 'second factor'),
    personKeys > 0 && count(personKeys, 'name key'),
  ]
    .filter((text) => text !== false)
    .join(', ')

/** Message for a missing key, with the values that cannot be opened without it. */
export const missingKey = ({ key, counts }: { key: string; counts: SealedCounts }): string =>
  `The key-encryption key "${key}" is missing: ${wordsOf(counts)} cannot be opened. Add it to KEYWARD_ENCRYPTION_KEYS.`
