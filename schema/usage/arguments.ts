import { GranularityEnum } from './enums.ts'
import { estimateBuckets, type Granularity } from './question.ts'

/** Options of the fields that every question about usage has. */
export const FROM = {
  type: 'DateTime',
  required: true,
  description: 'From when on; rounded down to a whole hour or day of UTC.',
} as const

export const TO = {
  type: 'DateTime',
  required: true,
  description: 'Until when; rounded up to a whole hour or day of UTC.',
} as const

export const GRANULARITY = {
  type: GranularityEnum,
  required: true,
  defaultValue: 'DAY',
  description: 'How long a bucket is.',
} as const

/** Which questions are refused, for descriptions. */
export const REFUSED =
  'BAD_REQUEST where it is too much time (31 days by HOUR, 400 by DAY) or too many groups (1,000 a bucket, 10,000 in all).'

interface Arguments {
  input: { from: Date; to: Date; granularity: Granularity }
}

/** Every bucket costs what is selected of it. */
export const seriesComplexity = ({ input }: Arguments) => ({ field: 10, multiplier: estimateBuckets(input) })
