import { useEffect, useRef, useState } from 'react'
import fieldClasses from '../ui/field.module.css'
import { Icon } from '../ui/icon.tsx'
import { layout } from '../ui/layout.tsx'
import classes from './keys.module.css'
import { type KeysSearch, WORKLOADS, withoutSecret } from './search.ts'
import { workloadName } from './words.ts'

const TYPED_MS = 250

interface KeyToolbarProps {
  search: KeysSearch
  /** Name of the creator whose keys the list shows. Null if no key of the page has it. */
  creatorName: string | null
  change: (search: KeysSearch, replace?: boolean) => void
}

/** Search and filters of a list of keys. They are stored in the address, so that a link shows the same list. */
export function KeyToolbar({ search, creatorName, change }: KeyToolbarProps) {
  const { after: _after, before: _before, ...filters } = search
  return (
    <>
      <search className={layout.toolbar}>
        <SearchBox
          value={search.q ?? ''}
          change={(q) => {
            const { q: _q, ...rest } = filters
            change(q ? { ...rest, q } : rest, true)
          }}
        />
        <Choice
          label="Workload"
          value={search.workload ?? ''}
          options={[['', 'Any workload'], ...WORKLOADS.map((one) => [one, workloadName(one)] as const)]}
          choose={(workload) => change(withChoice(filters, 'workload', workload))}
        />
        <Choice
          label="Expiration"
          value={search.expiring ? 'EXPIRING' : ''}
          options={[
            ['', 'Any expiration'],
            ['EXPIRING', 'Expire within 30 days'],
          ]}
          choose={(expiring) => {
            const { expiring: _expiring, ...rest } = filters
            change(expiring ? { ...rest, expiring: true } : rest)
          }}
        />
        <Choice
          label="Creator"
          value={search.mine ? 'MINE' : ''}
          options={[
            ['', 'Any creator'],
            ['MINE', 'Created by me'],
          ]}
          choose={(mine) => {
            const { mine: _mine, creator: _creator, ...rest } = filters
            change(mine ? { ...rest, mine: true } : rest)
          }}
        />
        <Choice
          label="Sort"
          value={search.sort ?? ''}
          options={[
            ['', 'Newest first'],
            ['NAME', 'Name'],
            ['CREATOR', 'Creator'],
            ['LAST_USED', 'Last used'],
            ['EXPIRES', 'Expires first'],
          ]}
          choose={(sort) => {
            const { reverse: _reverse, ...rest } = filters
            change(withChoice(rest, 'sort', sort))
          }}
        />
      </search>
      {(search.tag || search.creator) && (
        <ul className={classes.chips} aria-label="Active filters">
          {search.tag && <Chip label="Tag" value={search.tag} remove={() => change(withChoice(filters, 'tag', ''))} />}
          {search.creator && (
            <Chip
              label="Creator"
              value={creatorName ?? search.creator}
              remove={() => change(withChoice(filters, 'creator', ''))}
            />
          )}
        </ul>
      )}
    </>
  )
}

/** An active filter that no select of the toolbar shows. */
const Chip = ({ label, value, remove }: { label: string; value: string; remove: () => void }) => (
  <li className={classes.chip}>
    <span>
      {label}: <bdi>{value}</bdi>
    </span>
    <button type="button" aria-label={`Remove the filter ${label}: ${value}`} onClick={remove}>
      <Icon name="close" size={14} />
    </button>
  </li>
)

function withChoice(search: KeysSearch, name: keyof KeysSearch, value: string): KeysSearch {
  const { [name]: _old, ...rest } = search
  return value ? { ...rest, [name]: value } : rest
}

interface ChoiceProps {
  label: string
  value: string
  options: readonly (readonly [string, string])[]
  choose: (value: string) => void
}

const Choice = ({ label, value, options, choose }: ChoiceProps) => (
  <select
    className={fieldClasses.input}
    aria-label={label}
    value={value}
    onChange={(event) => choose(event.currentTarget.value)}
  >
    {options.map(([name, text]) => (
      <option key={name} value={name}>
        {text}
      </option>
    ))}
  </select>
)

function SearchBox({ value, change }: { value: string; change: (value: string) => void }) {
  const [typed, setTyped] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // Another link changed the address. While somebody types, their text takes precedence.
    if (document.activeElement !== input.current) setTyped(value)
  }, [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => change(typed), TYPED_MS)
    return () => clearTimeout(timer)
  })
  return (
    <div className={layout.search}>
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        className={fieldClasses.input}
        aria-label="Search keys"
        placeholder="Name or secret"
        title="A part of the name, or the start of a secret"
        maxLength={256}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        value={typed}
        onChange={(event) => setTyped(withoutSecret(event.currentTarget.value))}
      />
    </div>
  )
}
