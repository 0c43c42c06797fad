import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'

/** Version bumps in ascending order. */
export const BUMPS = ['none', 'patch', 'minor', 'major'] as const
export type Bump = (typeof BUMPS)[number]

/** The input of the check. */
export interface Question {
  /** The schema of the last release, as text. */
  released: string
  /** The current schema, as text. */
  current: string
  /** The highest bump in the changesets. */
  announced: Bump
  /** The current date, as `2027-06-01`. */
  today: string
}

/** The required bump, and all problems that block the next release. */
export interface Judgement {
  required: Bump
  problems: string[]
}

const DATE = /\bRemoval not before (\d{4}-\d{2}-\d{2})\.$/

/** The date in a deprecation's reason. Null without a valid date. */
function removalDay(reason: string): string | null {
  const day = DATE.exec(reason)?.[1] ?? ''
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? day : null
}

/** Everything that can be deprecated in a schema: `ApiKey.name`, `Query.node(id:)`. Null for anything else. */
function deprecations(schema: GraphQLSchema): Map<string, string | null> {
  const found = new Map<string, string | null>()
  for (const [typeName, type] of Object.entries(schema.getTypeMap())) {
    if (typeName.startsWith('__')) continue
    const add = (name: string, { deprecationReason }: { deprecationReason?: string | null | undefined }) =>
      found.set(`${typeName}.${name}`, deprecationReason ?? null)
    if (isEnumType(type)) for (const value of type.getValues()) add(value.name, value)
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) add(field.name, field)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      add(field.name, field)
      for (const argument of field.args) add(`${field.name}(${argument.name}:)`, argument)
    }
  }
  return found
}

/** The parent of a schema element: the field of an argument, the type of a field or value. */
const ownerOf = (coordinate: string): string =>
  coordinate.includes('(') ? coordinate.replace(/\(.*/, '') : coordinate.replace(/\..*/, '')

function deprecationProblems(before: GraphQLSchema, now: GraphQLSchema, today: string): string[] {
  const problems: string[] = []
  const left = deprecations(now)
  const isThere = (name: string) => left.has(name) || now.getType(name) !== undefined
  for (const [name, reason] of left) {
    if (reason !== null && removalDay(reason) === null)
      problems.push(`${name} is deprecated, but its reason does not end with “Removal not before YYYY-MM-DD.”`)
  }
  for (const [name, reason] of deprecations(before)) {
    const promised = reason === null ? null : removalDay(reason)
    if (left.has(name)) {
      const day = removalDay(left.get(name) ?? '')
      if (promised !== null && day !== null && day < promised)
        problems.push(
          `${name} was to stay until ${promised} and now says ${day}: a day may be put off, not brought forward.`,
        )
    } else if (isThere(ownerOf(name))) {
      if (promised === null) problems.push(`${name} is gone, and no release said that it would be: deprecate it first.`)
      else if (today < promised) problems.push(`${name} is gone, but was to stay until ${promised}.`)
    }
  }
  return problems
}

/**
 * Determines the bump that the graph's changes require: major if a program for the last release could break, minor for
 * additions, patch otherwise. In any case, an element may be removed only after the date in its deprecation, and an
 * earlier release must contain the deprecation.
 */
export async function judge({ released, current, announced, today }: Question): Promise<Judgement> {
  const before = buildSchema(released)
  const now = buildSchema(current)
  // Adding a directive such as @deprecated is also reported as a specific change.
  const changes = (await diff(before, now)).filter(({ type }) => !type.startsWith('DIRECTIVE_USAGE'))
  const isBreaking = ({ criticality }: (typeof changes)[number]) => criticality.level === CriticalityLevel.Breaking
  const breaking = changes.filter(isBreaking).map(({ message }) => message)
  const isAddition = (type: string) => type.endsWith('_ADDED') && !type.includes('DESCRIPTION')
  const adds = changes.some(
    ({ type, criticality }) => isAddition(type) || criticality.level === CriticalityLevel.Dangerous,
  )
  const required: Bump = breaking.length > 0 ? 'major' : adds ? 'minor' : changes.length > 0 ? 'patch' : 'none'
  const problems = deprecationProblems(before, now, today)
  if (BUMPS.indexOf(announced) < BUMPS.indexOf(required)) {
    const reasons = breaking.length > 0 ? breaking : changes.map(({ message }) => message)
    const listed = reasons.slice(0, 20).map((reason) => `\n    ${reason}`)
    problems.push(
      `The graph changed so that the next @keyward/sdk is a ${required} release, and the changesets say ${announced}:${listed.join('')}`,
    )
  }
  return { required, problems }
}
