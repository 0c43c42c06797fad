import { z } from 'zod'
import { RequestError } from '../core/errors.ts'
import { listOf } from '../core/input.ts'
import { type Question, readQuestion } from '../usage/question.ts'

/** The dimensions of denials. */
export const DENIAL_DIMENSIONS = ['REASON', 'PROJECT', 'CREDENTIAL'] as const

export type DenialDimension = (typeof DENIAL_DIMENSIONS)[number]

export interface DenialQuestion extends Pick<Question, 'from' | 'to' | 'granularity' | 'timeZone'> {
  /** In the order of DENIAL_DIMENSIONS, each at most once. */
  groupBy: DenialDimension[]
}

const groups = z.object({ groupBy: listOf(z.enum(DENIAL_DIMENSIONS), 100) })

/** Validates a question about denials. Throws BAD_REQUEST with the issues. */
export function readDenialQuestion(given: {
  from: Date
  to: Date
  granularity: Question['granularity']
  timeZone?: string | null | undefined
  groupBy: readonly string[]
}): DenialQuestion {
  const { success, data, error } = groups.safeParse(given)
  if (!success) {
    throw RequestError.invalid(error.issues.map(({ path, message }) => ({ path: path.map(String), message })))
  }
  const { from, to, granularity, timeZone } = readQuestion({ ...given, groupBy: [] })
  return { from, to, granularity, timeZone, groupBy: DENIAL_DIMENSIONS.filter((each) => data.groupBy.includes(each)) }
}
