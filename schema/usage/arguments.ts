import { MAX_GROUPS, MAX_GROUPS_OF_BUCKET } from './analytics.ts'
import { GranularityEnum } from './enums.ts'
import { estimateBuckets, type Granularity, MAX_DAYS } from './question.ts'

/** Options of the fields that every question about usage has. */
export const FROM = {
  type: 'DateTime',
  required: true,
  description: 'Start of the period, rounded down to a full UTC hour or day.',
} as const

export const TO = {
  type: 'DateTime',
  required: true,
  description: 'End of the period, rounded up to a full UTC hour or day.',
} as const

export const GRANULARITY = {
  type: GranularityEnum,
  required: true,
  defaultValue: 'DAY',
  description: 'Length of a bucket.',
} as const

/** Bounds of the questions about usage, for descriptions. */
export const REFUSED = `Returns BAD_REQUEST beyond ${MAX_DAYS.HOUR} days by HOUR, ${MAX_DAYS.DAY} days by DAY, ${MAX_GROUPS_OF_BUCKET} groups per bucket or ${MAX_GROUPS} groups in total.`

interface Arguments {
  input: { from: Date; to: Date; granularity: Granularity }
}

/** Every bucket costs what is selected of it. */
export const seriesComplexity = ({ input }: Arguments) => ({ field: 10, multiplier: estimateBuckets(input) })
