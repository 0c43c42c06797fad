import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { answersOf } from '../methods.ts'
import type { Model, Operation } from '../operations.ts'
import { hasParams, variablesOf } from '../parameters.ts'
import { aboutParameter } from '../resources.ts'
import { Shapes } from '../shapes.ts'
import { fieldsOfInput, type Given, isOptional } from './fields.ts'

/** Example values for strings with these names. */
const SAMPLES: Record<string, string> = {
  action: 'apiKey:create',
  displayName: 'Small and fast',
  email: 'grace@example.com',
  idempotencyKey: '…',
  key: 'team',
  model: 'small-chat',
  name: 'Production',
  secret: 'kw_proj_…',
  sha256: '9f86d081884c7d65…',
  slug: 'small-chat',
  token: '…',
  url: 'https://example.com/keyward',
  value: 'search',
}

/** Times that appear together in one example. */
const TIMES: Record<string, string> = { from: "'2027-01-01T00:00:00Z'", to: "'2027-02-01T00:00:00Z'" }

const SCALARS: Record<string, string> = {
  BigInt: "'1000'",
  Boolean: 'true',
  DateTime: "'2027-01-31T12:00:00Z'",
  Decimal: "'12.50'",
  Float: '0.5',
  Int: '60',
}

/** Example object names. All other objects are named like projects. */
const NAMES: Record<string, string> = {
  apiKeys: 'chat backend',
  organizations: 'Acme',
  resources: 'eu-1',
  serviceAccounts: 'deploys',
}

/** Optional inputs that illustrate a method best. */
const TELLING = ['name', 'email', 'overlapSeconds', 'reason', 'expiresAt', 'requestsPerMinute', 'workloads', 'role']

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`

function sample(given: Given): string {
  const { name, type, description } = given
  const bare: GraphQLInputType = isNonNullType(type) ? type.ofType : type
  if (isListType(bare)) return `[${sample({ ...given, type: bare.ofType })}]`
  const named = getNamedType(bare)
  if (isEnumType(named)) return quoted(named.getValues()[0]?.name ?? '')
  if (isInputObjectType(named)) return sampleInput(fieldsOfInput(named))
  if (named.name === 'ID') return quoted(/`([a-z]+_)…`/.exec(description ?? '')?.[1]?.concat('…') ?? '…')
  return named.name === 'String' ? quoted(SAMPLES[name] ?? '…') : (TIMES[name] ?? SCALARS[named.name] ?? "'…'")
}

/** An object with the required fields. If all of them are ids or enums, one optional field is added. */
function sampleInput(fields: readonly Given[]): string {
  const required = fields.filter((field) => !isOptional(field))
  const others = fields.filter((field) => isOptional(field) && !field.deprecationReason)
  const telling = TELLING.flatMap((name) => others.filter((field) => field.name === name))
  const isBare = required.every(({ type }) => getNamedType(type).name === 'ID' || isEnumType(getNamedType(type)))
  const shown = isBare ? [...required, ...[...telling, ...others].slice(0, 1)] : required
  const members = shown.map((field) => `${field.name}: ${sample(field)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function parametersOf(operation: Operation, model: Model): string {
  const given = variablesOf(operation, model)
  if (hasParams(operation)) {
    const required = given.filter((variable) => !isOptional(variable))
    return required.length === 0 ? '' : `{ ${required.map((one) => `${one.name}: ${sample(one)}`).join(', ')} }`
  }
  return given
    .filter((one) => !isOptional(one))
    .map((one) => sample({ ...one, description: aboutParameter(one, operation, model) }))
    .join(', ')
}

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

/** An example call of a method, with its required arguments and its result. */
export function exampleOf(operation: Operation, model: Model): string {
  const { resource, method, kind } = operation
  const path = ['client', resource, method].filter((part) => part !== null).join('.')
  const given = parametersOf(operation, model).replaceAll("'Production'", quoted(NAMES[resource ?? ''] ?? 'Production'))
  const call = `${path}(${given})`
  const { type, unwrap, payload } = answersOf(operation, model, new Shapes(model))
  const [name = 'answer'] = /[A-Z]\w*/.exec(type) ?? []
  if (kind === 'subscription' || kind === 'list') {
    return `for await (const ${lower(name)} of ${call}) console.log(${lower(name)})`
  }
  if (payload && isObjectType(payload.type)) {
    const fields = [...payload.shape.matchAll(/^ {2}readonly (\w+)/gm)].map(([, field]) => field)
    return `const { ${fields.join(', ')} } = await ${call}`
  }
  if (kind === 'batch') return `const [${lower(name)}] = await ${call}`
  return `const ${type.startsWith('readonly') ? (unwrap ?? 'answers') : lower(name)} = await ${call}`
}
