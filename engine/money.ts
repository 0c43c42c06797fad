/*
 * US dollars are counted in whole billionths (nano-dollars), as the database keeps them: sums are exact, and nothing passes
 * through a floating-point number.
 */

const DIGITS = 9
const MILLION = 1_000_000n

/** The highest estimated cost of a request: 999,999,999 US dollars. */
const MAX_ESTIMATE = 999_999_999_000_000_000n

/** Reads a decimal such as `"0.88"`, with at most nine decimals, as nano-dollars. Null if the text is not a decimal. */
export function readUsd(text: string): bigint | null {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? []
  if (whole === undefined) return null
  const nanos = BigInt(whole + fraction.padEnd(DIGITS, '0'))
  return sign ? -nanos : nanos
}

/**
 * Reads a text that must be a decimal, such as a column of the database.
 * @throws {TypeError} It is not a decimal in US dollars.
 */
export function parseUsd(text: string): bigint {
  const nanos = readUsd(text)
  if (nanos === null) throw new TypeError(`Not an amount of US dollars: ${text}`)
  return nanos
}

/**
 * Reads a non-negative amount of any length, also with an exponent as JavaScript writes small numbers (`1e-7`). Rounds
 * half up to nine decimals. Null if the text is not an amount.
 */
export function roundUsd(text: string): bigint | null {
  const [, whole, fraction = '', exponent = '0'] = /^(\d{1,20})(?:\.(\d{1,99}))?(?:e([+-]?\d\d?))?$/.exec(text) ?? []
  if (whole === undefined) return null
  const excess = fraction.length - Number(exponent) - DIGITS
  const digits = BigInt(whole + fraction)
  if (excess <= 0) return digits * 10n ** BigInt(-excess)
  const unit = 10n ** BigInt(excess)
  return (digits + unit / 2n) / unit
}

/** Reads the estimated cost of a request, rounded half up to nine decimals. Null unless it is from 0 to 999999999. */
export function readEstimate(text: string): bigint | null {
  const nanos = /^\d{1,9}(?!\d)/.test(text) ? roundUsd(text) : null
  return nanos !== null && nanos <= MAX_ESTIMATE ? nanos : null
}

/** Writes nano-dollars as a decimal without trailing zeros: `"0.88"`, `"5"`. */
export function formatUsd(nanos: bigint): string {
  const text = (nanos < 0n ? -nanos : nanos).toString().padStart(DIGITS + 1, '0')
  const fraction = text.slice(-DIGITS).replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${text.slice(0, -DIGITS)}${fraction && `.${fraction}`}`
}

/** The cost of a quantity in nano-dollars, rounded half up. Tokens are priced per million, everything else by the unit. */
export const costOf = (quantity: bigint, priceNanos: bigint, isPerMillion: boolean): bigint =>
  isPerMillion ? (quantity * priceNanos + MILLION / 2n) / MILLION : quantity * priceNanos
