import { text } from '../../core/input.ts'

/** Longest id of a consumer. */
export const MAX_CONSUMER = 128

/** Maximum number of consumers that the sums of one project and hour name. */
export const MAX_CONSUMERS = 1_000

/** The consumer of sums beyond the maximum. No event can name it. */
export const OTHERS = ''

/** Reads the id of an end customer. The server does not interpret it. */
export const consumer = text(MAX_CONSUMER).regex(/^\P{Cc}+$/u, {
  error: `Must be 1 to ${MAX_CONSUMER} characters, without control characters.`,
})

/** Part of the descriptions of arguments. */
export const CONSUMER = `Any id of your own, such as \`customer-42\`: 1 to ${MAX_CONSUMER} characters, without control characters. Omitted: none.`
