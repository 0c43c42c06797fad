const usd = (digits: number) =>
  new Intl.NumberFormat('en', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
const WHOLE = usd(0)
const CENTS = usd(2)
const SMALL = usd(4)

/** An amount in US dollars, rounded as people need it. */
export function money(amount: string | number): string {
  const value = Number(amount)
  if (value !== 0 && Math.abs(value) < 0.01)
    return Math.abs(value) < 0.0001 ? `<${SMALL.format(0.0001)}` : SMALL.format(value)
  return CENTS.format(value)
}

/** A limit in US dollars. Whole amounts are shown without cents. */
export const round = (amount: string | number): string =>
  Number.isInteger(Number(amount)) ? WHOLE.format(Number(amount)) : money(amount)

const COUNT = new Intl.NumberFormat('en')
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

export const count = (value: string | number | bigint): string => COUNT.format(BigInt(value))
export const compact = (value: string | number | bigint): string => COMPACT.format(BigInt(value))

const DIGITS = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 8,
})

/** The cost of one request in US dollars, which can be far below a cent. */
export const exact = (amount: number): string => DIGITS.format(amount)
