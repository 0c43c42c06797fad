import { Bar, type Tone } from '../ui/feedback.tsx'
import { layout } from '../ui/layout.tsx'
import { money, round } from '../ui/money.ts'
import classes from './keys.module.css'
import type { KeyRow } from './queries.ts'

type Shown = Pick<NonNullable<KeyRow['budgetStatus']>[number], 'period' | 'spent' | 'reserved' | 'usd'>

/** The spent part of a budget, and the part reserved for running requests. */
export const shareOf = ({ spent, reserved, usd }: Shown): number =>
  Number(usd) > 0 ? (Number(spent) + Number(reserved)) / Number(usd) : 1

/** The spent amount, and the reserved amount if there is one. */
export const spentOf = ({ spent, reserved }: Shown): string =>
  Number(reserved) > 0 ? `${money(spent)} spent, ${money(reserved)} reserved` : `${money(spent)} spent`

export const toneOf = (share: number): Tone | undefined => (share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : undefined)

interface KeyBudgetProps {
  budgets: readonly Shown[] | null | undefined
  /** The amount that a key without a budget spent this month. Undefined until it is loaded. */
  spent: string | undefined
}

/**
 * The budget that a list shows: the monthly budget, or else the first. Without a budget, the amount spent this month.
 */
export function KeyBudget({ budgets, spent }: KeyBudgetProps) {
  const budget = budgets?.find(({ period }) => period === 'MONTH') ?? budgets?.[0]
  if (!budget) {
    return (
      <span className={classes.budget}>
        {spent !== undefined && <span>{money(spent)} this month</span>}
        <span className={layout.soft}>No budget</span>
      </span>
    )
  }
  const share = shareOf(budget)
  return (
    <span className={classes.budget}>
      <span>
        {money(budget.spent)} of {round(budget.usd)}
      </span>
      <Bar share={share} tone={toneOf(share)} />
    </span>
  )
}
