import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Cli } from './cli.ts'
import { readCredentials } from './credentials.ts'

/**
 * Fills in the organization and project chosen with `keyward use`, unless the command line or the environment names one
 * of them.
 */
export async function applyDefaults(cli: Cli, action: CommandUnknownOpts): Promise<void> {
  const names = ['organization', 'project'] as const
  const takes = names.filter((name) => action.options.some((option) => option.attributeName() === name))
  if (takes.length === 0 || takes.some((name) => action.getOptionValue(name) !== undefined)) return
  if (action.parent === null || action.name() === 'use') return
  const { defaults = {} } = await readCredentials(cli.store.file)
  const found = defaults[await cli.baseUrl()] ?? {}
  for (const name of takes) {
    if (found[name] !== undefined) action.setOptionValueWithSource(name, found[name], 'config')
  }
}
