import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Model, Operation } from './operations.ts'
import { hasParams, IDEMPOTENCY_KEY, type Variable, variablesOf } from './parameters.ts'
import { aboutParameter } from './resources.ts'

/** Operations without a generated command, with the equivalent command or the reason why there is none. */
export const WITHOUT_COMMAND: Record<string, string> = {
  'apiKeys.authorize': 'For servers, which authorize requests. `keyward` manages keys only.',
  'apiKeys.create': 'keys create',
  'apiKeys.createToken': 'run',
  'apiKeys.finishRotation': 'keys finish-rotation',
  'apiKeys.get': 'keys get',
  'apiKeys.getLimits': 'keys get',
  'apiKeys.import': 'keys import',
  'apiKeys.list': 'keys list',
  'apiKeys.pause': 'keys pause',
  'apiKeys.resume': 'keys resume',
  'apiKeys.revoke': 'keys revoke',
  'apiKeys.revokeMany': 'keys revoke',
  'apiKeys.rotate': 'keys rotate',
  'apiKeys.setExpiration': 'keys expire',
  'apiKeys.setLimits': 'keys update',
  'apiKeys.setScopes': 'keys update',
  'apiKeys.undoRotation': 'keys undo-rotation',
  'apiKeys.update': 'keys update',
  'apiKeys.verify': 'For servers, which authorize requests. `keyward` manages keys only.',
  'costAnalytics.get': 'usage',
  'costAnalytics.getOfProject': 'usage',
  'gateway.acknowledge': 'For gateways.',
  'gateway.lookUp': 'For gateways.',
  'gateway.sync': 'For gateways.',
  'invitations.preview': 'For the page that the link of an invitation opens.',
  'limits.exchangeLeases': 'For gateways.',
  node: 'api',
  nodes: 'api',
  'organizations.cancelDeletion': 'organizations cancel-deletion',
  'organizations.delete': 'organizations delete',
  'organizations.list': 'organizations list',
  'organizations.pause': 'organizations pause',
  'organizations.resume': 'organizations resume',
  'projects.archive': 'projects archive',
  'projects.create': 'projects create',
  'projects.delete': 'projects delete',
  'projects.get': 'projects get',
  'projects.list': 'projects list',
  'projects.pause': 'projects pause',
  'projects.restore': 'projects restore',
  'projects.resume': 'projects resume',
  'usage.record': 'For gateways and servers.',
  'viewer.get': 'whoami',
  'viewer.projects': 'projects list',
}

const kebab = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()

const GROUPS: Record<string, string> = { apiKeys: 'keys', auditLog: 'audit' }

/** Fields that the CLI fills in itself. */
const OWN_FIELDS = [IDEMPOTENCY_KEY, 'pageSize', 'totalCount', 'first', 'after']

/**
 * Fields that contain a secret. A secret is never an argument, because other users of the machine can see a process's
 * arguments.
 */
const SECRET_FIELDS = ['secret', 'token']

/** Times that are usually in the past. A span such as `7d` is subtracted from now. */
const PAST_FIELDS = ['from', 'to', 'since']

const FINDERS: Record<string, { flag: string; reader: string }> = {
  organizationId: { flag: 'organization', reader: 'organization' },
  projectId: { flag: 'project', reader: 'project' },
}

/** Flags for fields whose name is also a global option. */
const FLAGS: Record<string, string> = { url: 'target-url' }

interface Parameter {
  /** Name of the option or argument. */
  flag: string
  place: 'ARGUMENT' | 'OPTION' | 'INPUT' | 'FOUND'
  isRequired: boolean
  isList: boolean
  values: string[] | null
  hint: string
  about: string
  /** The expression that reads the value. */
  reads: string
}

/** Roles that no command can assign, because ownership is offered and accepted instead. */
const NOT_GIVEN: Record<string, string> = { OrganizationRole: 'owner' }

const quote = (text: string): string => JSON.stringify(text)

const SCALARS: Record<string, { reader: string; hint: string }> = {
  ID: { reader: 'text', hint: 'id' },
  String: { reader: 'text', hint: 'text' },
  Decimal: { reader: 'text', hint: 'number' },
  BigInt: { reader: 'text', hint: 'number' },
  Int: { reader: 'integer', hint: 'number' },
  Float: { reader: 'decimal', hint: 'number' },
  Boolean: { reader: 'truth', hint: 'true|false' },
  DateTime: { reader: 'time', hint: 'time' },
}

function readerOf(type: GraphQLInputType): { reader: string; hint: string; isList: boolean; values: string[] | null } {
  const nullable = getNullableType(type)
  const isList = isListType(nullable)
  const named = getNamedType(type)
  if (isEnumType(named)) {
    const names = named.getValues().map(({ name }) => kebab(name.replaceAll('_', '-')))
    const values = names.filter((name) => name !== NOT_GIVEN[named.name])
    return { reader: `choice<types.${named.name}>`, hint: kebab(named.name), isList, values }
  }
  if (isInputObjectType(named)) return { reader: `json<types.${named.name}>`, hint: 'json', isList, values: null }
  const scalar = SCALARS[named.name]
  if (!scalar) throw new Error(`codegen/commands.ts does not know how the scalar ${named.name} is written`)
  return { ...scalar, isList, values: null }
}

const firstSentence = (text: string): string => (/^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text).replaceAll(/\s+/g, ' ')

function parameterOf(
  name: string,
  prefix: string,
  field: Pick<GraphQLInputField, 'type' | 'description'> & { hasDefault: boolean },
): Parameter {
  const { type, description, hasDefault } = field
  const isRequired = isNonNullType(type) && !hasDefault
  const finder = FINDERS[name]
  const about = firstSentence(description ?? '').replace(/\.$/, '')
  if (finder && isRequired) {
    const { flag, reader } = finder
    return {
      flag,
      place: 'FOUND',
      isRequired,
      isList: false,
      values: null,
      hint: 'name or id',
      about,
      reads: `await given.${reader}()`,
    }
  }
  const { isList, values, ...read } = readerOf(type)
  if (name === 'principalId') {
    const flag = prefix + kebab(name)
    const reads = `await given.principal(${quote(flag)})`
    return { flag, place: 'OPTION', isRequired, isList, values, hint: 'id, name or email', about, reads }
  }
  const isSpan = name.endsWith('Seconds') && read.reader === 'integer'
  const reader = PAST_FIELDS.includes(name) && read.reader === 'time' ? 'timeBefore' : isSpan ? 'seconds' : read.reader
  const hint = isSpan ? 'span' : read.hint
  const isSecret = SECRET_FIELDS.includes(name)
  const place = isSecret ? 'INPUT' : name === 'id' && isRequired ? 'ARGUMENT' : 'OPTION'
  const flag = prefix + (FLAGS[name] ?? kebab(name))
  if (isSecret) return { flag, place, isRequired, isList, values, hint, about, reads: 'await given.secret()' }
  const list = isList ? 'List' : ''
  const [method = '', parameters = ''] = reader.split('<')
  const call = `${method}${list}${parameters === '' ? '' : `<${parameters}`}(${quote(flag)})`
  const reads = isRequired
    ? `need(${quote(flag)}, given.${call})`
    : isNonNullType(type) || isList || hint === 'text' || hint === 'id'
      ? `given.${call}`
      : `given.orNull(${quote(flag)}, () => given.${call})`
  return { flag, place, isRequired, isList, values, hint, about, reads }
}

/** An expression that reads an object, and the parameters that the expression uses. */
interface Read {
  object: string
  found: Parameter[]
}

/** Wraps an input that is omitted unless one of its fields is given. */
const given = (object: string, found: Parameter[]): string =>
  `given.some([${found.map(({ flag }) => quote(flag)).join(', ')}], () => (${object}))`

/**
 * Parameters for an input's fields, including those of nested inputs: `filter.tag.key` becomes `--tag-key`.
 * @param isOptional Whether the whole input can be omitted. If so, no field is required.
 */
function parametersOfInput(type: GraphQLInputObjectType, prefix: string, isOptional: boolean): Read {
  const found: Parameter[] = []
  const members = Object.values(type.getFields()).flatMap((field) => {
    if (OWN_FIELDS.includes(field.name)) return []
    const nested = getNullableType(field.type)
    if (isInputObjectType(nested) && !isNonNullType(field.type)) {
      const inner = parametersOfInput(nested, `${prefix}${kebab(field.name)}-`, true)
      found.push(...inner.found)
      return [`${field.name}: ${given(inner.object, inner.found)}`]
    }
    const parameter = parameterOf(field.name, prefix, { ...field, hasDefault: field.defaultValue !== undefined })
    found.push(isOptional ? { ...parameter, isRequired: false } : parameter)
    return [`${field.name}: ${parameter.reads}`]
  })
  return { object: `{ ${members.join(', ')} }`, found }
}

function argumentOf({ name, type, defaultValue, description }: Variable) {
  const nullable = getNullableType(type)
  if (isInputObjectType(nullable)) {
    const isOptional = !isNonNullType(type)
    const prefix = ['input', 'filter'].includes(name) ? '' : `${kebab(name)}-`
    const { object, found } = parametersOfInput(nullable, prefix, isOptional)
    return { reads: isOptional ? given(object, found) : object, found }
  }
  const parameter = parameterOf(name, '', { type, description, hasDefault: defaultValue !== undefined })
  return { reads: parameter.reads, found: [parameter] }
}

/** The arguments of an SDK method call, as expressions. */
function callOf(operation: Operation, model: Model): { args: string; parameters: Parameter[] } {
  const variables = variablesOf(operation, model).filter(({ name }) => !OWN_FIELDS.includes(name))
  const args = variables.map((variable) => {
    const description = aboutParameter(variable, operation, model)
    return { name: variable.name, ...argumentOf({ ...variable, description }) }
  })
  const parameters = args.flatMap(({ found }) => found)
  if (!hasParams(operation)) return { args: args.map(({ reads }) => reads).join(', '), parameters }
  const page = operation.kind === 'list' ? ['pageSize: given.pageSize()'] : []
  const members = [...args.map(({ name, reads }) => `${name}: ${reads}`), ...page]
  return { args: `{ ${members.join(', ')} }`, parameters }
}

/** Turns "Creates a webhook" into "create a webhook", the form used in command descriptions. */
const imperative = (sentence: string): string =>
  sentence
    .replace(/\.$/, '')
    .replaceAll(/\b(and|or) ([a-z]+[^s\W])s (?=(a|an|the|its|it|their|you|new)\b)/g, '$1 $2 ')
    .replace(/^[A-Z][a-z]+/, (verb) => verb.toLowerCase().replace(/(?<=ch|sh|ss|x)es$|s$/, ''))

/** The list is returned inside an object, because awaiting a list would load its first page. */
const RESULTS = { list: 'items', subscription: 'events', get: 'answer', mutation: 'answer', batch: 'answer' } as const

function printCommand(operation: Operation, model: Model): string {
  const { resource, method, kind, root, description } = operation
  const { args, parameters } = callOf(operation, model)
  const target = resource === null ? `client.${method}` : `client.${resource}.${method}`
  const printed = parameters.map(({ reads: _reads, ...shown }) => `      ${JSON.stringify(shown)},\n`).join('')
  const awaited = RESULTS[kind] === 'answer' ? 'await ' : ''
  const members = [
    `group: ${resource === null ? 'null' : quote(GROUPS[resource] ?? kebab(resource))}`,
    `name: ${quote(kebab(method))}`,
    `operation: ${quote(resource === null ? method : `${resource}.${method}`)}`,
    `summary: ${quote(imperative(firstSentence(description ?? root.description ?? '')))}`,
    `kind: '${kind}'`,
    `parameters: [\n${printed}    ]`,
    `run: async (client, given) => ({ ${RESULTS[kind]}: ${awaited}${target}(${args}) })`,
  ]
  return `  {\n${members.map((member) => `    ${member},\n`).join('')}  },\n`
}

/** Prints the CLI's `commands.ts`: a command for each operation without a handwritten one. */
export function printCommands(model: Model): string {
  const nameOf = ({ resource, method }: Operation) => (resource === null ? method : `${resource}.${method}`)
  const generated = model.operations.filter((operation) => !Object.hasOwn(WITHOUT_COMMAND, nameOf(operation)))
  const head = `import type * as types from '@keyward/sdk'\nimport { need, type Values } from '../resources/values.ts'\nimport type { ResourceCommand } from '../resources/resource-command.ts'\n\n`
  const used = head.replace('type Values, ', '').replace('need, type Values', 'need')
  return `${used}/** A command for each operation of the SDK that has none written by hand. */\nexport const RESOURCE_COMMANDS: readonly ResourceCommand[] = [\n${generated.map((operation) => printCommand(operation, model)).join('')}]\n`
}
