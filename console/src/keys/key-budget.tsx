import { Bar, type Tone } from '../ui/feedback.tsx'
import { layout } from '../ui/layout.tsx'
import { money, round } from '../ui/money.ts'
import classes from './keys.module.css'
import type { KeyRow } from './queries.ts'

type Shown = Pick<NonNullable<KeyRow['budgetStatus']>[number], 'period' | 'spent' | 'reserved' | 'usd'>

/** The part of a budget that is spent, or reserved for requests under way. */
export const shareOf = ({ spent, reserved, usd }: Shown): number =>
  Number(usd) > 0 ? (Number(spent) + Number(reserved)) / Number(usd) : 1

/** The amount spent, and the amount reserved if there is one: together they are what is not left. */
export const spentOf = ({ spent, reserved }: Shown): string =>
  Number(reserved) > 0 ? `${money(spent)} spent, ${money(reserved)} reserved` : `${money(spent)} spent`

export const toneOf = (share: number): Tone | undefined => (share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : undefined)

interface KeyBudgetProps {
  budgets: readonly Shown[] | null | undefined
  /** The amount spent this month, of a key without a budget. Undefined until it is known. */
  spent: string | undefined
}

/** The budget that a list shows: that of the month, or the first. Without one, the amount spent this month. */
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
