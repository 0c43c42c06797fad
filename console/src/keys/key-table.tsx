import { Link } from '@tanstack/react-router'
import type { Organization } from '../app/session.ts'
import { Badge } from '../ui/feedback.tsx'
import { layout, Table } from '../ui/layout.tsx'
import { Ago, Day } from '../ui/time.tsx'
import { KeyBudget } from './key-budget.tsx'
import { KeyMenu } from './key-menu.tsx'
import classes from './keys.module.css'
import type { KeyRow } from './queries.ts'
import type { KeysSearch } from './search.ts'
import { SortHeader } from './sort-header.tsx'
import { ADVICE, LISTED_ADVICE, masked, STATUS } from './words.ts'

interface KeyTableProps {
  organization: Organization
  rows: readonly KeyRow[]
  search: KeysSearch
  withProject: boolean
  withBudget: boolean
  /** The amounts that keys without a budget spent this month. */
  spent: ReadonlyMap<string, string> | undefined
  /** The rows are still those of the previous page while the next one loads. */
  dim: boolean
  selection: Selection
}

/** The keys selected for a bulk action. */
export interface Selection {
  isSelectable: (row: KeyRow) => boolean
  ids: ReadonlySet<string>
  change: (ids: ReadonlySet<string>) => void
}

/** The set after adding or removing some ids. */
const toggled = (ids: ReadonlySet<string>, changed: readonly string[], isIn: boolean): Set<string> =>
  isIn ? new Set([...ids, ...changed]) : new Set([...ids].filter((id) => !changed.includes(id)))

export function KeyTable({
  organization,
  rows,
  search,
  withProject,
  withBudget,
  spent,
  dim,
  selection,
}: KeyTableProps) {
  const selectable = rows.filter(selection.isSelectable).map(({ id }) => id)
  const withSelection = selectable.length > 0
  return (
    <div className={dim ? classes.dim : undefined}>
      <Table label="API keys">
        <thead>
          <tr>
            {withSelection && (
              <th scope="col" className={classes.choice}>
                <input
                  type="checkbox"
                  aria-label="Select all keys of this page"
                  checked={selectable.every((id) => selection.ids.has(id))}
                  onChange={({ target }) => selection.change(toggled(selection.ids, selectable, target.checked))}
                />
              </th>
            )}
            <SortHeader label="Name" sort="NAME" search={search} />
            {withProject && (
              <th scope="col" className={layout.wideOnly}>
                Project
              </th>
            )}
            <th scope="col">Status</th>
            {withBudget && (
              <th scope="col" className={layout.wideOnly}>
                Spent
              </th>
            )}
            <SortHeader label="Last used" sort="LAST_USED" search={search} wideOnly />
            <SortHeader label="Created by" sort="CREATOR" search={search} wideOnly />
            <SortHeader label="Expires" sort="EXPIRES" search={search} wideOnly />
            <th scope="col" className={layout.end}>
              <span className={layout.soft}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} {...{ organization, row, withProject, withBudget, spent, selection, withSelection }} />
          ))}
        </tbody>
      </Table>
    </div>
  )
}

interface RowProps extends Omit<KeyTableProps, 'rows' | 'dim' | 'search'> {
  row: KeyRow
  withSelection: boolean
}

function Row({ organization, row, withProject, withBudget, spent, selection, withSelection }: RowProps) {
  const status = STATUS[row.status]
  return (
    <tr>
      {withSelection && (
        <td className={classes.choice}>
          {selection.isSelectable(row) && (
            <input
              type="checkbox"
              aria-label={`Select ${row.name}`}
              checked={selection.ids.has(row.id)}
              onChange={({ target }) => selection.change(toggled(selection.ids, [row.id], target.checked))}
            />
          )}
        </td>
      )}
      <td>
        <div className={layout.main}>
          <Link
            to="/o/$organizationId/projects/$projectId/keys/$keyId"
            params={{ organizationId: organization.id, projectId: row.project.id, keyId: row.id }}
            className={layout.link ?? ''}
            dir="auto"
          >
            {row.name}
          </Link>
          <span className={layout.sub}>
            <span className={layout.mono}>{masked(row.start)}</span>
            {row.advice
              .filter((advice) => LISTED_ADVICE.includes(advice))
              .map((advice) => (
                <Badge key={advice} tone={ADVICE[advice].tone}>
                  {ADVICE[advice].label}
                </Badge>
              ))}
            {row.rotation && <Badge tone={row.rotation.safeToFinish ? 'good' : undefined}>Rotating</Badge>}
          </span>
          <span className={[layout.sub, layout.narrowOnly].join(' ')}>
            {withProject && <span dir="auto">{row.project.name} · </span>}
            {row.lastUsedAt ? (
              <>
                Used <Ago time={row.lastUsedAt} />
              </>
            ) : (
              'Never used'
            )}
          </span>
        </div>
      </td>
      {withProject && (
        <td className={layout.wideOnly}>
          <Link
            to="/o/$organizationId/projects/$projectId"
            params={{ organizationId: organization.id, projectId: row.project.id }}
            className={layout.link ?? ''}
            dir="auto"
          >
            {row.project.name}
          </Link>
        </td>
      )}
      <td className={layout.nowrap}>
        <Badge tone={status.tone}>{status.label}</Badge>
      </td>
      {withBudget && (
        <td className={layout.wideOnly}>
          <KeyBudget budgets={row.budgetStatus} spent={spent?.get(row.id)} />
        </td>
      )}
      <td className={[layout.wideOnly, layout.nowrap].join(' ')}>
        <Ago time={row.lastUsedAt} />
      </td>
      <td className={layout.wideOnly} dir="auto">
        {row.createdBy ? (
          <Link
            to="."
            search={{ creator: row.createdBy.id }}
            className={layout.link ?? ''}
            title={`Keys created by ${row.createdByName}`}
          >
            {row.createdByName}
          </Link>
        ) : (
          row.createdByName
        )}
      </td>
      <td className={[layout.wideOnly, layout.nowrap, row.expiresAt ? '' : layout.soft].join(' ')}>
        {row.expiresAt ? <Day time={row.expiresAt} /> : 'Never'}
      </td>
      <td className={layout.end}>
        <KeyMenu organization={organization} row={row} />
      </td>
    </tr>
  )
}
