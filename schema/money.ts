/*
 * US dollars are counted in whole billionths (nano-dollars), as the database keeps them: sums of them are exact, and
 * nothing passes through a floating-point number.
 */

const NANO = 1_000_000_000n

/** Reads a decimal such as `"0.88"`, at most nine digits behind the point, as nano-dollars. */
export function parseUsd(decimal: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal) ?? []
  if (whole === undefined) throw new TypeError(`Not an amount of US dollars: ${decimal}`)
  const nanos = BigInt(whole) * NANO + BigInt(fraction.padEnd(9, '0'))
  return sign ? -nanos : nanos
}

/** Writes nano-dollars as a decimal without needless zeros: `"0.88"`, `"5"`. */
export function formatUsd(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = (size % NANO).toString().padStart(9, '0').replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / NANO}${fraction ? `.${fraction}` : ''}`
}
