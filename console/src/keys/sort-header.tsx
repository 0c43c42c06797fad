import { Link } from '@tanstack/react-router'
import { Icon } from '../ui/icon.tsx'
import { layout } from '../ui/layout.tsx'
import classes from './keys.module.css'
import type { KeysSearch } from './search.ts'
import { isAscending, type Sort } from './sorts.ts'

interface SortHeaderProps {
  label: string
  sort: Sort
  search: KeysSearch
  wideOnly?: boolean
}

/** A column header that sorts the list: first in its own direction, then reversed, then newest first again. */
export function SortHeader({ label, sort, search, wideOnly }: SortHeaderProps) {
  const { after: _after, before: _before, sort: current, reverse, ...rest } = search
  const isSorted = current === sort
  const next = isSorted ? (reverse ? rest : { ...rest, sort, reverse: true }) : { ...rest, sort }
  const ascends = isAscending(sort, isSorted && reverse === true)
  return (
    <th
      scope="col"
      className={wideOnly ? layout.wideOnly : undefined}
      aria-sort={isSorted ? (ascends ? 'ascending' : 'descending') : undefined}
    >
      <Link
        to="."
        search={next}
        resetScroll={false}
        className={classes.sort ?? ''}
        title={`Sort by ${label.toLowerCase()}`}
      >
        {label}
        {isSorted && (
          <span className={ascends ? classes.ascending : undefined}>
            <Icon name="down" size={13} />
          </span>
        )}
      </Link>
    </th>
  )
}
