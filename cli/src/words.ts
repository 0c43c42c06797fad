import { type ApiError, ConflictError, type ConflictHolder, ValidationError } from '@keyward/sdk'
import { RESOURCE_COMMANDS } from './generated/commands.ts'
import type { ResourceCommand } from './resources/resource-command.ts'

/** The command that corresponds to each SDK method in `resolvedBy`. */
const COMMANDS: Record<string, string> = {
  'apiKeys.create': 'keyward keys create NAME',
  'apiKeys.finishRotation': 'keyward keys finish-rotation KEY',
  'apiKeys.revoke': 'keyward keys revoke KEY',
  'apiKeys.rotate': 'keyward keys rotate KEY',
  'apiKeys.setExpiration': 'keyward keys expire KEY',
  'apiKeys.undoRotation': 'keyward keys undo-rotation KEY',
  'projects.restore': 'keyward projects restore PROJECT',
}

/** The option or argument that corresponds to each input field. */
const OPTIONS: Record<string, string> = {
  allowedIps: '--allow-ip',
  awaitGatewaysSeconds: '--wait',
  budgets: '--budget',
  description: '--description',
  expiresBefore: '--expires-before',
  from: '--from',
  maxConcurrent: '--max-concurrent',
  name: 'NAME',
  overlapSeconds: '--overlap',
  rates: '--rate',
  reason: '--reason',
  requestsPerMinute: '--requests-per-minute',
  search: '--search',
  tag: '--tag',
  tags: '--tag',
  to: '--to',
  unusedForDays: '--unused-for-days',
  workload: '--workload',
  workloads: '--workload',
}

/** Options whose name differs between commands. */
const OPTIONS_OF: Record<string, Record<string, string>> = {
  'apiKeys.create': { expiresAt: '--expires', expiresInSeconds: '--expires' },
  'apiKeys.setExpiration': { expiresAt: '--at', expiresInSeconds: '--in' },
  'apiKeys.update': { name: '--name' },
}

/** The option of a generated command, named after the path. If there is none, the path itself. */
function generatedOption({ parameters }: ResourceCommand, path: readonly string[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const name = path
      .slice(0, length)
      .join('-')
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
    const found = parameters.find(({ flag }) => [name, `target-${name}`].includes(flag))
    const rest = path.slice(length)
    if (found) return rest.length === 0 ? `--${found.flag}` : `--${found.flag} (${rest.join('.')})`
  }
  return path.join('.')
}

/** The option or argument that corresponds to an input path. If there is none, the path itself. */
function optionOf(operation: string, path: readonly string[]): string {
  const generated = RESOURCE_COMMANDS.find((one) => one.operation === operation)
  if (generated) return generatedOption(generated, path)
  const known = { ...OPTIONS, ...OPTIONS_OF[operation] }
  const at = path.findIndex((part) => Object.hasOwn(known, part))
  const option = known[path[at] ?? '']
  if (option === undefined) return path.join('.')
  const index = path[at + 1]
  return index !== undefined && /^\d+$/.test(index) ? `${option} (number ${Number(index) + 1})` : option
}

/** Describes the invalid values by their options. */
function mistakesOf({ operation, issues }: ValidationError): string {
  const lines = issues.map(({ path, message }) =>
    path.length > 0 ? `${optionOf(operation, path)}: ${message}` : message,
  )
  const [first = '', ...others] = lines
  return others.length === 0
    ? first
    : ['The server rejects these values:', ...lines.map((line) => `  ${line}`)].join('\n')
}

/** Names the object that already has the value. */
export function holderWords(holder: ConflictHolder | null): string {
  if (!holder) return ''
  const { id, name } = holder
  return name === null ? ` See: ${id}` : ` See: ${name} (${id})`
}

/** Names the object that already has the value, unless the message does so. */
const holderOf = (error: ApiError): string =>
  error instanceof ConflictError && !error.message.includes(error.holder?.id ?? '') ? holderWords(error.holder) : ''

/**
 * Formats an error's message, replacing fields with options and SDK methods with commands.
 * @param keyId The key id to show in those commands instead of `KEY`.
 */
export function wordsOf(error: ApiError, keyId = 'KEY'): string {
  if (error instanceof ValidationError && error.issues.length > 0) return mistakesOf(error)
  const commands = error.resolvedBy.flatMap((method) => COMMANDS[method]?.replace('KEY', keyId) ?? [])
  const message = error.message + holderOf(error)
  return commands.length === 0 ? message : `${message} Run: ${commands.join(' or ')}`
}
