import { type ApiError, ConflictError, ValidationError } from '@keyward/sdk'

/** What does on the command line what a mutation of the graph does, which the server's messages name. */
const COMMANDS: Record<string, string> = {
  apiKeyCreate: 'keyward keys create',
  apiKeyExpirationSet: 'keyward keys expire',
  apiKeyImport: 'keyward keys import',
  apiKeyLimitsSet: 'keyward keys update',
  apiKeyRevoke: 'keyward keys revoke',
  apiKeyRotate: 'keyward keys rotate',
  apiKeyRotationFinish: 'keyward keys finish-rotation',
  apiKeyRotationUndo: 'keyward keys undo-rotation',
  apiKeyScopesSet: 'keyward keys update',
  apiKeyUpdate: 'keyward keys update',
  projectArchive: 'keyward projects archive',
  projectCreate: 'keyward projects create',
  projectRestore: 'keyward projects restore',
}

/** What gives a field of an input, by its last name: inputs of one name are given in one way. */
const OPTIONS: Record<string, string> = {
  allowedIps: '--allow-ip',
  awaitVerifiersSeconds: '--wait',
  budgets: '--budget',
  description: '--description',
  expiresBefore: '--expires-before',
  from: '--from',
  name: 'NAME',
  overlapSeconds: '--overlap',
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

/** Where commands give a field in another way than others do. */
const OPTIONS_OF: Record<string, Record<string, string>> = {
  'apiKeys.create': { expiresAt: '--expires' },
  'apiKeys.setExpiration': { expiresAt: '--at or --in' },
  'apiKeys.update': { name: '--name' },
}

/** The option or argument that a part of an input was given by; the path as it is where none was. */
function optionOf(operation: string, path: readonly string[]): string {
  const known = { ...OPTIONS, ...OPTIONS_OF[operation] }
  const at = path.findIndex((part) => Object.hasOwn(known, part))
  const option = known[path[at] ?? '']
  if (option === undefined) return path.join('.')
  const index = path[at + 1]
  return index !== undefined && /^\d+$/.test(index) ? `${option} (number ${Number(index) + 1})` : option
}

/** What is wrong with an input, in the words of the command line. */
function mistakesOf({ operation, issues }: ValidationError): string {
  const told = issues.map(({ path, message }) =>
    path.length > 0 ? `${optionOf(operation, path)}: ${message}` : message,
  )
  const [first = '', ...others] = told
  return others.length === 0 ? first : ['The server does not take this:', ...told.map((line) => `  ${line}`)].join('\n')
}

/**
 * A message of the server in the words of the command line: commands for mutations, options for fields. `name` is what was
 * to be called so, which the client takes out of messages, as all that was sent; here it was typed by whoever reads them.
 */
export function wordsOf(error: ApiError, name: string | undefined): string {
  if (error instanceof ValidationError && error.issues.length > 0) return mistakesOf(error)
  const message = error.message.replaceAll(/\((\w+)\)/g, (whole, mutation: string) => {
    const command = Object.hasOwn(COMMANDS, mutation) ? COMMANDS[mutation] : undefined
    return command === undefined ? whole : `(\`${command}\`)`
  })
  return error instanceof ConflictError && name !== undefined
    ? message.replace('called "…"', () => `called "${name}"`)
    : message
}
