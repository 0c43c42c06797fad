import { GROUPS, RANGES } from '../app/search.ts'
import type { CostDimension } from '../generated/graphql.ts'
import { DayField } from '../ui/day-field.tsx'
import fieldClasses from '../ui/field.module.css'
import { ownZone as browserZone, isoDayIn } from '../ui/time.tsx'
import { type Range, textOf } from './span.ts'

/** The search parameters of the costs page. */
export interface CostsSearch {
  days?: (typeof RANGES)[number]
  from?: string
  to?: string
  by?: (typeof GROUPS)[number]
  tag?: string
  zone?: string
}

const DAY_MS = 86_400_000

/** The range in an address. By default, the last 30 days. */
export const rangeOf = ({ days = '30', from, to }: CostsSearch): Range =>
  from && to ? { from, to } : { days: Number(days) }

/** Returns the URL's search parameters for a range. */
export const searchOf = (range: Range): CostsSearch => {
  if (!('days' in range)) return range
  const days = RANGES.find((one) => Number(one) === range.days)
  return days ? { days } : {}
}

const CUSTOM = 'custom'

/** A field for the range: a number of last days, or from one day to another. */
export function RangeField({ range, zone, change }: { range: Range; zone: string; change: (range: Range) => void }) {
  const choose = (value: string) => {
    if (value !== CUSTOM) return change({ days: Number(value) })
    const dayAgo = (days: number) => isoDayIn(new Date(Date.now() - days * DAY_MS).toISOString(), zone)
    change({ from: dayAgo(6), to: dayAgo(0) })
  }
  return (
    <>
      <select
        className={fieldClasses.input}
        aria-label="Range"
        value={'days' in range ? String(range.days) : CUSTOM}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {RANGES.map((days) => (
          <option key={days} value={days}>
            {textOf({ days: Number(days) })}
          </option>
        ))}
        <option value={CUSTOM}>Custom</option>
      </select>
      {!('days' in range) && (
        <>
          <DayField label="From" day={range.from} change={(from) => from && change({ ...range, from })} />
          <DayField label="To" day={range.to} change={(to) => to && change({ ...range, to })} />
        </>
      )}
    </>
  )
}

const NAMES: Record<Exclude<(typeof GROUPS)[number], 'TAG'>, string> = {
  CREDENTIAL: 'By key',
  PROJECT: 'By project',
  WORKLOAD: 'By workload',
  MODEL: 'By model',
  LINE_ITEM: 'By line item',
  USER: 'By person',
  CONSUMER: 'By consumer',
}

/** A grouping. TAG also has the tag's key. */
export interface Grouping {
  by: CostDimension
  tag: string | null
}

/** The value of a grouping in the list, where each tag is an entry. */
const entryOf = ({ by, tag }: Grouping): string => (tag === null ? by : `TAG:${tag}`)

function groupingOf(entry: string): CostsSearch {
  if (entry.startsWith('TAG:')) return { by: 'TAG', tag: entry.slice('TAG:'.length) }
  return { by: GROUPS.find((group) => group === entry) ?? 'CREDENTIAL' }
}

interface GroupFieldProps {
  grouping: Grouping
  isProject: boolean
  tagKeys: readonly string[]
  change: (next: CostsSearch) => void
}

/** A field for the dimension, or the tag, by which costs are grouped. */
export function GroupField({ grouping, isProject, tagKeys, change }: GroupFieldProps) {
  const groups = GROUPS.filter((group) => group !== 'TAG').filter((group) => !(isProject && group === 'PROJECT'))
  // The tag of the address stays in the list, even if no key has it.
  const tags = [...new Set([...tagKeys, ...(grouping.tag === null ? [] : [grouping.tag])])].sort()
  return (
    <select
      className={fieldClasses.input}
      aria-label="Group"
      value={entryOf(grouping)}
      onChange={(event) => change(groupingOf(event.currentTarget.value))}
    >
      {groups.map((group) => (
        <option key={group} value={group}>
          {NAMES[group]}
        </option>
      ))}
      {tags.map((key) => (
        <option key={key} value={entryOf({ by: 'TAG', tag: key })}>
          By tag {key}
        </option>
      ))}
    </select>
  )
}

interface ZoneFieldProps {
  zone: string
  /** The time zone of the organization. */
  ownZone: string
  change: (zone: string) => void
}

/** A field for the time zone of days. */
export const ZoneField = ({ zone, ownZone, change }: ZoneFieldProps) => (
  <select
    className={fieldClasses.input}
    aria-label="Time zone of days"
    value={zone}
    onChange={(event) => change(event.currentTarget.value)}
  >
    {[...new Set([ownZone, 'UTC', browserZone(), zone])].map((name) => (
      <option key={name} value={name}>
        Days in {name}
      </option>
    ))}
  </select>
)
