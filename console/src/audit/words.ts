import { humanize, PERIODS } from '../keys/words.ts'
import { count, round } from '../ui/money.ts'
import { fullTime } from '../ui/time.tsx'

const apart = (name: string): string =>
  name
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()

const sentence = (words: string): string => {
  const named = words.replace(/^api keys?\b/, (found) => found.replace('api', 'API'))
  return named.charAt(0).toUpperCase() + named.slice(1)
}

/** Turns `apiKey.expirationSet` into `API key expiration set`. */
export const actionText = (action: string): string => sentence(apart(action))

/** Turns `LegacyKey` into `Legacy key`. */
export const typeText = (type: string): string => sentence(apart(type))

export const actorText = ({ kind, name }: { kind: string; name?: string | null }): string => name ?? humanize(kind)

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

const RATE = /\b(\d+) ([A-Z_]+) per (MINUTE|HOUR|DAY)\b/g
const BUDGET = /\b(DAY|WEEK|MONTH|TOTAL) ([\d.]+) USD (REJECT|ALERT)( alert at)?/g
const ROLE_IN_PROJECT = /\b(prj_[0-9a-z]+) (ADMIN|MEMBER)\b/g
const SPANS: Readonly<Record<string, string>> = { MINUTE: 'a minute', HOUR: 'an hour', ...PERIODS }

const rateText = (_: string, max: string, unit: string, per: string): string =>
  `${count(max)} ${humanize(unit).toLowerCase()} ${SPANS[per]}`

const budgetText = (_: string, period: string, usd: string, action: string, alerts = ''): string =>
  `${round(usd)} ${SPANS[period]}${action === 'ALERT' ? ', an alert only' : ''}${alerts && ' with alerts at'}`

/** The names of the known projects, by id. */
export type ProjectNames = ReadonlyMap<string, string>

function valueText(value: string, projects: ProjectNames): string {
  if (TIME.test(value)) return fullTime(value)
  if (/^[A-Z][A-Z_]+(, [A-Z][A-Z_]+)*$/.test(value)) return value.split(', ').map(humanize).join(', ')
  return value
    .replaceAll(RATE, rateText)
    .replaceAll(BUDGET, budgetText)
    .replaceAll(ROLE_IN_PROJECT, (_, id: string, role: string) => `${projects.get(id) ?? id} (${humanize(role)})`)
}

/** Details that only repeat the changed object. */
const REPEATED = new Set(['userId', 'memberId', 'invitationId', 'serviceAccountId', 'messageId'])
/** Details that `rates` also contains. */
const RATES = new Set(['requestsPerMinute', 'requestsPerMinuteBefore'])

/** The details of an event that are useful to people, in plain words. */
export function detailsOf(details: readonly { name: string; value?: string | null }[], projects: ProjectNames) {
  const hasRates = details.some(({ name }) => name === 'rates')
  return details
    .filter(({ name, value }) => value && !REPEATED.has(name) && !(hasRates && RATES.has(name)))
    .map(({ name, value }) => ({ name: sentence(apart(name)), value: valueText(value ?? '', projects) }))
}
