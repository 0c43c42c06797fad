import type { Removal } from './removal.ts'

/** Usage, prices and counts of denials. */
export const USAGE: Removal[] = [
  {
    what: 'the tier of a price, in estimates',
    file: 'engine/prices.ts',
    guard: "(serviceTier === 'STANDARD' || serviceTier === tier) &&",
    without: '',
    seenBy: 'tiers',
  },
  {
    what: 'the number of input tokens of a price, in usage',
    file: 'engine/prices.ts',
    guard: 'BigInt(aboveInputTokens) * ONE < (input || 1n)',
    without: 'BigInt(aboveInputTokens) * ONE <= input',
    seenBy: 'priceTiers',
  },
  {
    what: 'the end of a price',
    file: 'engine/prices.ts',
    guard: '!(effectiveUntil && +new Date(effectiveUntil) <= at) &&',
    without: '',
    seenBy: 'priceTiers',
  },
  {
    what: 'the bound of consumers of an hour',
    file: 'schema/usage/consumers/bound.ts',
    guard: 'if (left > 0)',
    without: 'if (left > -1_000_000)',
    seenBy: 'consumers',
  },
  {
    what: 'the hashing of consumers',
    file: 'schema/usage/record.ts',
    guard: 'consumer: kept.salt && consumer !== null ?',
    without: 'consumer: kept.salt?.length === 0 && consumer !== null ?',
    seenBy: 'consumers',
  },
  {
    what: 'the count of inserted events only',
    file: 'schema/usage/record.ts',
    guard: '        if (!inserted.has(event.id)) continue\n',
    without: '        void inserted\n',
    seenBy: 'usage',
  },
  {
    what: 'the bound of credits',
    file: 'schema/usage/adjustment/service.ts',
    guard: 'if (-given.amount > corrected.charged) {',
    without: 'if (-given.amount > 10n ** 18n) {',
    seenBy: 'adjust',
  },
  {
    what: 'the ids of batches of denials',
    file: 'schema/denial/record.ts',
    guard: 'if (!(await insertBatch(tx, batch, database.clock.now()))) return',
    without: 'await insertBatch(tx, batch, database.clock.now())',
    seenBy: 'denials',
  },
  {
    what: 'the rejection of days that divide an hour with one sum',
    file: 'schema/usage/inexact.ts',
    guard: 'edge % HOUR_MS !== 0 && edge < from',
    without: 'edge % HOUR_MS !== 0 && edge < 0 * from',
    seenBy: 'timeZones',
  },
]
