import type { LineItem } from '@keyward/prisma/generated/prisma/enums'
import { builder } from '../graphql/builder.ts'
import { LINE_ITEMS } from '../model/line-items.ts'
import { type Granularity, LONGEST } from './buckets.ts'

export const GranularityEnum = builder.enumType('Granularity', {
  description: 'Length of a bucket.',
  values: {
    HOUR: { description: `One hour. The period may span at most ${LONGEST.HOUR}.` },
    DAY: { description: `One day of the time zone. The period may span at most ${LONGEST.DAY}.` },
    MONTH: { description: `One month of the time zone. The period may span at most ${LONGEST.MONTH}.` },
  } satisfies Record<Granularity, object>,
})

/** Units of quantities. */
type UsageUnit = NonNullable<(typeof LINE_ITEMS)[LineItem]['measure']>

export const UsageUnitEnum = builder.enumType('UsageUnit', {
  description: 'Unit of a quantity. More values may be added.',
  values: {
    TOKENS: { description: 'Tokens.' },
    IMAGES: { description: 'Images.' },
    SECONDS: { description: 'Seconds.' },
    SESSIONS: { description: 'Sessions.' },
  } satisfies Record<UsageUnit, object>,
})

/** The unit of a line item; null where there is none. */
export const usageUnitOf = (lineItem: LineItem): UsageUnit | null => LINE_ITEMS[lineItem].measure
