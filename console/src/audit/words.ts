import { humanize } from '../keys/words.ts'
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

/** `apiKey.expirationSet` becomes `API key expiration set`. */
export const actionText = (action: string): string => sentence(apart(action))

/** `LegacyKey` becomes `Legacy key`. */
export const typeText = (type: string): string => sentence(apart(type))

export const actorText = ({ kind, name }: { kind: string; name?: string | null }): string => name ?? humanize(kind)

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

const valueText = (value: string): string => {
  if (TIME.test(value)) return fullTime(value)
  return /^[A-Z][A-Z_]+(, [A-Z][A-Z_]+)*$/.test(value) ? value.split(', ').map(humanize).join(', ') : value
}

/** The details of an event that have a value, with their names for people. */
export const detailsOf = (details: readonly { name: string; value?: string | null }[]) =>
  details
    .filter(({ value }) => value !== null && value !== undefined && value !== '')
    .map(({ name, value }) => ({ name: sentence(apart(name)), value: valueText(value ?? '') }))
