import { RequestError } from '../core/errors.ts'
import { type Action, rolesFor } from '../core/policy.ts'
import { builder } from '../graphql/builder.ts'

/** The name of an action as an enum value: `apiKey:setLimits` is `API_KEY_SET_LIMITS`. */
const nameOf = (action: Action): string =>
  action
    .replace(':', '_')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()

/** Defines the enum of some actions of the authorization policy, so that a typo is an error of the query itself. */
export const actionEnum = (name: string, description: string, actions: readonly Action[]) =>
  builder.enumType(name, {
    description,
    values: Object.fromEntries(
      actions.map((action) => [
        nameOf(action),
        { value: action, description: `\`${action}\`. Permitted to ${rolesFor(action).join(', ')}.` },
      ]),
    ) as Record<string, { value: Action; description: string }>,
  })

/** The arguments of `viewerCan`. */
export const viewerCanArgs = (type: ReturnType<typeof actionEnum>) =>
  builder.args((t) => ({
    actions: t.field({
      type: [type],
      description:
        'Actions to check, each once. Required, unless `action` is given. An empty list returns BAD_REQUEST.',
    }),
    action: t.string({
      deprecationReason: 'Use `actions`, where a typo is an error of the query. Removal not before 2027-12-01.',
      description: 'One action by its name in the policy. An unknown action returns BAD_REQUEST.',
    }),
  }))

interface Asked {
  actions?: readonly Action[] | null | undefined
  action?: string | null | undefined
}

/** Each action costs as much as a field, because it is checked against every grant of the caller. */
export const viewerCanComplexity = ({ actions }: Asked) => ({ field: Math.max(1, actions?.length ?? 0) })

/** The actions that the caller passed to `viewerCan`, limited to those of its object. */
export function askedActions({ actions, action }: Asked, known: readonly Action[]): ReadonlySet<Action> {
  const named = known.filter((each) => each === action)
  if (action != null && named.length === 0)
    throw new RequestError('BAD_REQUEST', `Unknown action. Actions: ${known.join(', ')}.`)
  // An empty list must not return true for everybody.
  if (named.length === 0 && !actions?.length) throw new RequestError('BAD_REQUEST', 'Give `actions`, at least one.')
  if (actions && actions.length > known.length) throw new RequestError('BAD_REQUEST', 'Give each of `actions` once.')
  return new Set([...named, ...(actions ?? [])])
}
