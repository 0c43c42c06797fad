import type { LineItem } from '@keyward/prisma/generated/prisma/enums'
import { builder } from '../graphql/builder.ts'
import type { Granularity } from './question.ts'

export const GranularityEnum = builder.enumType('Granularity', {
  description: 'How long a bucket of time is.',
  values: {
    HOUR: { description: 'An hour. For at most 31 days.' },
    DAY: { description: 'A day of UTC. For at most 400 days.' },
  } satisfies Record<Granularity, object>,
})

/** What quantities are counted in. */
type UsageUnit = 'TOKENS' | 'IMAGES' | 'SECONDS' | 'SESSIONS'

const UNITS: Record<LineItem, UsageUnit | null> = {
  INPUT_TOKENS: 'TOKENS',
  CACHED_INPUT_TOKENS: 'TOKENS',
  OUTPUT_TOKENS: 'TOKENS',
  IMAGES: 'IMAGES',
  SECONDS: 'SECONDS',
  SESSIONS: 'SESSIONS',
  OTHER: null,
}

export const UsageUnitEnum = builder.enumType('UsageUnit', {
  description: 'What a quantity counts. The list may grow.',
  values: {
    TOKENS: { description: 'Tokens.' },
    IMAGES: { description: 'Images.' },
    SECONDS: { description: 'Seconds.' },
    SESSIONS: { description: 'Sessions.' },
  } satisfies Record<UsageUnit, object>,
})

/** The unit of a line item; null where there is none. */
export const usageUnitOf = (lineItem: LineItem): UsageUnit | null => UNITS[lineItem]
