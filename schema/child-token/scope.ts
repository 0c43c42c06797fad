import { isModelPattern, isWithinPatterns, MAX_MODELS } from '@keyward/engine/models'
import { Workload } from '@keyward/prisma/generated/prisma/enums'

/** The scopes of a key or child token. Empty allows all. */
export interface Scopes {
  workloads: readonly Workload[]
  models: readonly string[]
}

/** The message of an invalid `scope`. */
export class InvalidScope {
  constructor(readonly message: string) {}
}

const isWorkload = (text: string): text is Workload => Object.hasOwn(Workload, text)

/** Whether a text is an RFC 6749 scope: printable ASCII without quotes and backslashes. */
const isScopeToken = (text: string): boolean => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)

/** The kind of scope in which a child token would exceed its key. Null if it does not exceed it. */
export function widerThanKey({ workloads, models }: Scopes, key: Scopes): 'workload' | 'model' | null {
  if (key.workloads.length > 0 && workloads.some((each) => !key.workloads.includes(each))) return 'workload'
  return key.models.length > 0 && models.some((each) => !isWithinPatterns(key.models, each)) ? 'model' : null
}

/**
 * Reads an OAuth `scope` such as `workload:INFERENCE model:meta/*`. If it names no workloads or no models, those of the
 * key apply. No scope may be wider than the key's own.
 */
export function readScope(scope: string, key: Scopes): Scopes | InvalidScope {
  const workloads = new Set<Workload>()
  const models = new Set<string>()
  for (const each of scope.split(' ').filter((part) => part !== '')) {
    const [, kind, name = ''] = /^(workload|model):(.+)$/.exec(each) ?? []
    if (!isScopeToken(each) || !kind)
      return new InvalidScope('`scope` must be a list of `workload:…` and `model:…`, separated by spaces.')
    if (kind === 'workload') {
      if (!isWorkload(name))
        return new InvalidScope(
          `\`scope\` names an unknown workload. Workloads are ${Object.keys(Workload).join(', ')}.`,
        )
      workloads.add(name)
    } else {
      if (!isModelPattern(name))
        return new InvalidScope(
          '`scope` must name models by slug, or by a slug prefix that ends with `*`, as in `model:meta/*`.',
        )
      models.add(name)
    }
  }
  if (models.size > MAX_MODELS) return new InvalidScope(`\`scope\` may name at most ${MAX_MODELS} models.`)
  const scopes = { workloads: [...workloads], models: [...models] }
  const wider = widerThanKey(scopes, key)
  return wider ? new InvalidScope(`\`scope\` names a ${wider} that the key does not have.`) : scopes
}

/** Writes scopes as an OAuth `scope`. */
export const formatScope = ({ workloads, models }: Scopes): string =>
  [...workloads.map((each) => `workload:${each}`), ...models.map((each) => `model:${each}`)].join(' ')
