import { MAX_TIME_ZONE } from '../core/time-zone.ts'
import { MAX_GROUPS, MAX_GROUPS_OF_BUCKET } from './analytics.ts'
import { estimateBuckets, type Granularity, LONGEST } from './buckets.ts'
import { GranularityEnum } from './enums.ts'

/** Options of the fields that every question about usage contains. */
export const FROM = {
  type: 'DateTime',
  required: true,
  description: 'Start of the period, rounded down to a full hour, day or month of `timeZone`.',
} as const

export const TO = {
  type: 'DateTime',
  required: true,
  description: 'End of the period, rounded up to a full hour, day or month of `timeZone`.',
} as const

export const GRANULARITY = {
  type: GranularityEnum,
  required: true,
  defaultValue: 'DAY',
  description: 'Length of a bucket.',
} as const

export const TIME_ZONE = {
  type: 'String',
  description: `Time zone of hours, days and months: a name of the IANA database such as \`Asia/Kolkata\`, at most ${MAX_TIME_ZONE} characters. Default: \`UTC\`. A day on which clocks change has 23 or 25 hours. If days begin at a half or quarter hour of UTC, the period must not begin before \`Organization.sumsByHalfHourSince\` or \`sumsByQuarterHourSince\`.`,
} as const

/** Bounds of the questions about usage, for descriptions. */
export const REFUSED = `Returns BAD_REQUEST if the period is longer than ${LONGEST.HOUR} by HOUR, ${LONGEST.DAY} by DAY or ${LONGEST.MONTH} by MONTH. Also returns BAD_REQUEST for more than ${MAX_GROUPS_OF_BUCKET} groups in a bucket or ${MAX_GROUPS} groups in total.`

interface Arguments {
  input: { from: Date; to: Date; granularity: Granularity }
}

/** The cost of the selection is counted once for every bucket. */
export const seriesComplexity = ({ input }: Arguments) => ({ field: 10, multiplier: estimateBuckets(input) })
