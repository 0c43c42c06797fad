const DIGITS = 9

/** Nano-dollars of a decimal in US dollars; null for what is none, is negative or has more than nine decimals. */
export function parseUsd(text: string): bigint | null {
  const [, whole = '', fraction = ''] = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text) ?? []
  return whole === '' ? null : BigInt(whole + fraction.padEnd(DIGITS, '0'))
}

/** A decimal in US dollars, without zeros at the end. */
export function formatUsd(nanos: bigint): string {
  const text = nanos.toString().padStart(DIGITS + 1, '0')
  const [whole, fraction] = [text.slice(0, -DIGITS), text.slice(-DIGITS).replace(/0+$/, '')]
  return fraction === '' ? whole : `${whole}.${fraction}`
}
