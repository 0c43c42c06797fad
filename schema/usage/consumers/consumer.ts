import { text } from '../../core/input.ts'

/** Longest id of a consumer. */
export const MAX_CONSUMER = 128

/** How many consumers the sums of one project and hour name. */
export const MAX_CONSUMERS = 1_000

/** The consumer of sums past the bound. No event can name it. */
export const OTHERS = ''

/** Reads the id of an end customer, which this server does not interpret. */
export const consumer = text(MAX_CONSUMER).regex(/^\P{Cc}+$/u, {
  error: `Must be 1 to ${MAX_CONSUMER} characters, without control characters.`,
})

/** For descriptions of arguments. */
export const CONSUMER = `Any id of your own, such as \`customer-42\`: 1 to ${MAX_CONSUMER} characters, without control characters. Omitted: none.`
