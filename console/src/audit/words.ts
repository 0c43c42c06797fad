import { humanize } from '../keys/words.ts'

/** `apiKey.expirationSet` becomes `API key expiration set`. */
export function actionText(action: string): string {
  const words = action
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/^api keys?\b/, (found) => found.replace('api', 'API'))
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const actorText = ({ kind, name }: { kind: string; name?: string | null }): string => name ?? humanize(kind)

/** The details of an event in one line. */
export const detailText = (details: readonly { name: string; value?: string | null }[]): string =>
  details
    .filter(({ value }) => value !== null && value !== undefined && value !== '')
    .map(({ name, value }) => `${name}: ${value}`)
    .join(' · ')
