import type { ApiKey, ApiKeyLimits, ApiKeySecretVersion } from '@keyward/sdk'
import type { Cli } from '../../cli.ts'
import { showTime } from '../../times.ts'
import { untilText } from '../pause.ts'

/** Converts an enum value to the option spelling: `CODE_INTERPRETER` to `code-interpreter`. */
export const asWritten = (constant: string): string => constant.toLowerCase().replaceAll('_', '-')

/** Converts the option spelling to an enum value: `code-interpreter` to `CODE_INTERPRETER`. */
export const asConstant = (written: string): string => written.toUpperCase().replaceAll('-', '_')

const startOf = (start: string): string => (start === '' ? '-' : `${start}…`)

const listOf = (items: readonly string[], none: string): string => (items.length === 0 ? none : items.join(', '))

/** Prints a table of keys. */
export const showKeys = (cli: Cli, keys: readonly ApiKey[]): Promise<void> =>
  cli.output.table(
    ['NAME', 'ID', 'STATUS', 'SECRET', 'EXPIRES', 'LAST USED', 'ADVICE'],
    keys.map(({ name, id, status, start, expiresAt, lastUsedAt, advice }) => [
      name,
      id,
      status,
      startOf(start),
      showTime(expiresAt, 'never'),
      showTime(lastUsedAt, 'never'),
      listOf(advice.map(asWritten), '-'),
    ]),
  )

function showVersion({ version, start, lastUsedAt, retiresAt, retiredAt }: ApiKeySecretVersion): string {
  const until = retiredAt ? `stopped ${showTime(retiredAt)}` : retiresAt ? `until ${showTime(retiresAt)}` : 'current'
  return `${version}: ${startOf(start)} ${until}, last used ${showTime(lastUsedAt, 'never')}`
}

/** Describes a key's limits. External collaborators cannot see how much of a budget is spent. */
function showLimits({ limits, budgetStatus, rateStatus, concurrencyStatus }: ApiKeyLimits): [string, string][] {
  const { rates, budgets, maxConcurrent } = limits
  const lines = budgets.map(({ period, usd, onLimit }): [string, string] => {
    const standing = budgetStatus?.find((status) => status.period === period)
    const resets = standing?.resetsAt ? `, resets ${showTime(standing.resetsAt)}` : ''
    const span = `USD a ${period === 'TOTAL' ? 'lifetime' : asWritten(period)}`
    const state = standing
      ? `${standing.spent} of ${usd} ${span} spent, ${standing.remaining} left${resets}`
      : `${usd} ${span}`
    return ['Budget', `${state}; once spent, it ${onLimit === 'ALERT' ? 'only raises alerts' : 'rejects requests'}`]
  })
  const rateLines = rates.map(({ unit, per, max, model }): [string, string] => {
    const standing = rateStatus?.find((status) => status.unit === unit && status.per === per && status.model === model)
    const period = `${per === 'HOUR' ? 'an' : 'a'} ${asWritten(per)}`
    const span = `${asWritten(unit)} ${period}${model === null ? '' : ` for ${model}`}`
    return ['Rate', standing ? `${standing.used} of ${max} ${span} used, ${standing.remaining} left` : `${max} ${span}`]
  })
  return [
    ...(rates.length > 0 ? rateLines : [['Rate', 'no limit of its own'] satisfies [string, string]]),
    ...(maxConcurrent === null
      ? []
      : [
          [
            'Concurrency',
            `${concurrencyStatus ? `${concurrencyStatus.used} of ` : ''}${maxConcurrent} concurrent requests`,
          ] satisfies [string, string],
        ]),
    ...(lines.length > 0 ? lines : [['Budget', 'none of its own'] satisfies [string, string]]),
  ]
}

/** Prints all properties of a key. */
export function showKey(cli: Cli, key: ApiKey, limits: ApiKeyLimits): Promise<void> {
  const revoked = key.revokedAt && `${showTime(key.revokedAt)}, ${asWritten(key.revocationReason ?? 'OTHER')}`
  return cli.output.properties([
    ['Name', key.name],
    ['Id', key.id],
    ['Project', `${key.project.name} (${key.project.id})`],
    ['Status', key.status],
    ['Expires', showTime(key.expiresAt, 'never')],
    ['Last used', showTime(key.lastUsedAt, 'never')],
    ['Created', `${showTime(key.createdAt)} by ${key.createdByName}${key.imported ? ', imported' : ''}`],
    ...(key.pausedAt ? [['Paused', `${showTime(key.pausedAt)} ${untilText(key.pausedUntil)}`] as const] : []),
    ...(revoked ? [['Revoked', revoked] as const] : []),
    ...(key.leakedAt ? [['Leaked', showTime(key.leakedAt)] as const] : []),
    ['Workloads', listOf(key.workloads.map(asWritten), 'all')],
    ['Models', listOf(key.models, 'all')],
    ['Allowed from', listOf(key.allowedIps, 'anywhere')],
    [
      'Tags',
      listOf(
        key.tags.map(({ key: name, value }) => `${name}=${value}`),
        '-',
      ),
    ],
    ['Advice', listOf(key.advice.map(asWritten), '-')],
    ...showLimits(limits),
    ...key.secretVersions.map((version) => ['Secret', showVersion(version)] as const),
  ])
}

/** Reports a changed key: as a sentence for people, or as JSON for programs. */
export async function showChanged(cli: Cli, key: ApiKey, sentence: string): Promise<void> {
  cli.output.note(sentence)
  if (cli.output.isJson) await cli.output.json(key)
}
