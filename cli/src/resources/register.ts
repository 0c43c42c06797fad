import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { type Cli, command, organizationOption, projectOption } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { parseLimit } from '../find.ts'
import { RESOURCE_COMMANDS } from '../generated/commands.ts'
import type { Parameter, ResourceCommand } from './resource-command.ts'
import { show, showEvents, showItems } from './show.ts'
import { Values } from './values.ts'

/** Destructive commands. They ask for confirmation, or require `--yes`. */
const ENDING = /^(archive|cancel|delete|erase|regenerate|remove|revoke)/

/** Summaries of groups with only generated commands. */
const GROUPS: Record<string, string> = {
  audit: 'read the audit log',
  collaborators: 'manage the people and service accounts of a project',
  'cost-analytics': 'list the tags that costs can be grouped by; for costs, see `keyward usage`',
  denials: 'count denied requests',
  invitations: 'list, accept and cancel invitations',
  'legacy-key': 'manage the legacy key of an organization',
  members: 'manage the members of an organization',
  models: 'list the models of the catalogue',
  ownership: 'offer and accept the ownership of an organization',
  playground: 'use the playground',
  resources: 'manage resources of a project, such as files and endpoints',
  'service-accounts': 'manage service accounts',
  trusts: 'manage which workloads act as a service account without a stored secret',
  viewer: 'turn your notice mails on or off, and erase your account',
  webhooks: 'manage webhooks',
}

/**
 * @param isChange Whether the command changes an object, so that the word `none` clears an optional field. Filters can
 * only be omitted.
 */
function optionOf({ flag, isRequired, isList, values, hint, about, place }: Parameter, isChange: boolean): Option {
  if (place === 'FOUND') return flag === 'project' ? projectOption(about) : organizationOption()
  const option = new Option(`--${flag} <${hint}${isList ? '...' : ''}>`, about).makeOptionMandatory(isRequired)
  return values === null ? option : option.choices([...values, ...(isChange && !isRequired ? ['none'] : [])])
}

function addParameters(target: CommandUnknownOpts, { parameters, kind }: ResourceCommand): void {
  for (const parameter of parameters) {
    if (parameter.place === 'ARGUMENT') target.argument(`<${parameter.hint}>`, parameter.about)
    else if (parameter.place === 'OPTION' || parameter.place === 'FOUND')
      target.addOption(optionOf(parameter, kind === 'mutation'))
  }
}

/** Option values by option name, in the form used to look up SDK values: without dashes, in lower case with hyphens. */
function valuesOf(target: CommandUnknownOpts, { parameters }: ResourceCommand): Record<string, unknown> {
  const byFlag = target.options.map((option) => [
    option.long?.slice(2) ?? '',
    target.getOptionValue(option.attributeName()),
  ])
  const named = parameters
    .filter(({ place }) => place === 'ARGUMENT')
    .map(({ flag }, index) => [flag, target.processedArgs[index]])
  return Object.fromEntries([...byFlag, ...named].filter(([, value]) => value !== undefined))
}

const secretHelp = (parameters: readonly Parameter[]): string =>
  parameters.some(({ place }) => place === 'INPUT')
    ? '\nThe secret is read from standard input. It is never an argument.'
    : ''

function make(cli: Cli, one: ResourceCommand): CommandUnknownOpts {
  const made: CommandUnknownOpts = command(one.name, one.summary)
  addParameters(made, one)
  if (one.kind === 'list') made.option('--limit <number>', 'the maximum number of items')
  const isEnding = one.kind === 'mutation' && ENDING.test(one.name)
  if (isEnding) made.option('--yes', 'do not ask for confirmation')
  const help = secretHelp(one.parameters)
  if (help !== '') made.addHelpText('after', help)
  return made.action(async () => {
    const given = valuesOf(made, one)
    const client = await cli.connect()
    if (isEnding) await confirm(`This will ${one.summary}. Continue?`, given.yes === true)
    const values = new Values(client, given)
    const result = await one.run(client, values)
    if ('items' in result) return showItems(cli, result.items, parseLimit(values.text('limit')))
    if ('events' in result) return showEvents(cli, result.events)
    await show(cli, result.answer, one)
  })
}

/** Adds the generated commands to the existing groups, or to new groups. */
export function addResourceCommands(root: CommandUnknownOpts, cli: Cli): void {
  for (const one of RESOURCE_COMMANDS) {
    let group: CommandUnknownOpts | undefined = root
    if (one.group !== null) {
      group = root.commands.find((candidate) => candidate.name() === one.group)
      if (!group) {
        group = command(one.group, GROUPS[one.group] ?? one.group)
        root.addCommand(group)
      }
    }
    group.addCommand(make(cli, one))
  }
}
