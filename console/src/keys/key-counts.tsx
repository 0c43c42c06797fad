import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { KeyCountsFragment } from '../generated/graphql.ts'
import { layout } from '../ui/layout.tsx'
import classes from './key-counts.module.css'
import { type KeyScope, keyCountsQuery } from './queries.ts'
import { ADVICE_FILTERS, type KeysSearch, STATUSES } from './search.ts'
import { ADVICE, STATUS } from './words.ts'

type Counts = KeyCountsFragment | null | undefined

/** A count as text: `10,000+` if there are more. */
const shown = ({ count, countCapped }: { count: number; countCapped: boolean }): string =>
  `${count.toLocaleString()}${countCapped ? '+' : ''}`

/** The same list, starting at its first page. */
function firstPage({ after: _after, before: _before, ...filters }: KeysSearch): KeysSearch {
  return filters
}

const CARDS: Record<(typeof ADVICE_FILTERS)[number], { one: string; many: string }> = {
  LEAKED: { one: 'key leaked', many: 'keys leaked' },
  EXPIRES_SOON: { one: 'expires within 7 days', many: 'expire within 7 days' },
  UNUSED_90_DAYS: { one: 'unused for 90 days', many: 'unused for 90 days' },
  CREATOR_GONE: { one: 'whose creator left', many: 'whose creator left' },
  NO_EXPIRATION: { one: 'never expires', many: 'never expire' },
  ROTATION_SAFE_TO_FINISH: { one: 'rotation to finish', many: 'rotations to finish' },
}

/** Cards of the keys that need attention. A click filters the list. A second click shows all keys again. */
function AdviceCards({ counts, search }: { counts: Counts; search: KeysSearch }) {
  const cards = ADVICE_FILTERS.flatMap((advice) => {
    const found = counts?.countsByAdvice.find((one) => one.advice === advice)
    return found && (found.count > 0 || search.advice === advice) ? [found] : []
  })
  if (cards.length === 0) return null
  const { advice: _advice, ...rest } = firstPage(search)
  return (
    <ul className={classes.cards} aria-label="Recommendations">
      {cards.map((found) => {
        const isActive = search.advice === found.advice
        const words = CARDS[found.advice]
        return (
          <li key={found.advice}>
            <Link
              to="."
              search={(isActive ? rest : { ...rest, advice: found.advice }) as never}
              activeOptions={{ exact: true }}
              aria-current={isActive ? 'true' : undefined}
              title={ADVICE[found.advice].text}
              resetScroll={false}
              className={[classes.card, classes[ADVICE[found.advice].tone]].join(' ')}
            >
              <strong>{shown(found)}</strong>
              <span>{found.count === 1 ? words.one : words.many}</span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

/** The statuses of keys, each with the number of its keys. */
function StatusTabs({ counts, search }: { counts: Counts; search: KeysSearch }) {
  const current = search.status ?? 'ACTIVE'
  const { status: _status, ...rest } = firstPage(search)
  return (
    <nav className={layout.tabs} aria-label="Status">
      {STATUSES.map((status) => {
        const found = counts?.countsByStatus.find((one) => one.status === status)
        return (
          <Link
            key={status}
            to="."
            search={(status === 'ACTIVE' ? rest : { ...rest, status }) as never}
            activeOptions={{ exact: true }}
            aria-current={status === current ? 'page' : undefined}
            resetScroll={false}
            className={layout.tab ?? ''}
          >
            {status === 'ALL' ? 'All' : STATUS[status].label}
            {found && <span className={classes.count}>{shown(found)}</span>}
          </Link>
        )
      })}
    </nav>
  )
}

/**
 * Shown above a list of keys: keys that need attention, and the statuses. Both filter the list. Their counts respect
 * its other filters.
 */
export function KeyCounts({ scope, search }: { scope: KeyScope; search: KeysSearch }) {
  const { data } = useQuery(keyCountsQuery(scope, search))
  return (
    <>
      <AdviceCards counts={data} search={search} />
      <StatusTabs counts={data} search={search} />
    </>
  )
}
