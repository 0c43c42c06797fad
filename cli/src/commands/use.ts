import { Option } from '@commander-js/extra-typings'
import { type Cli, command, examples } from '../cli.ts'
import { tokenFor } from '../connection.ts'
import { type Defaults, readCredentials, writeCredentials } from '../credentials.ts'
import { UsageError } from '../exit-codes.ts'
import { findOrganization, findProject } from '../find.ts'

/** `keyward use` */
export const useCommand = (cli: Cli) =>
  command('use', 'set the organization and the project that commands use by default')
    .option('-o, --organization <name or id>', 'the organization')
    .option('-p, --project <name or id>', 'the project')
    .addOption(new Option('--clear', 'forget both').conflicts(['organization', 'project']))
    .addHelpText(
      'after',
      `
The defaults are stored for each server, next to its token. KEYWARD_ORGANIZATION, KEYWARD_PROJECT and the options override them.
Without options, the command shows them.
${examples('keyward use --project Production', 'keyward use --organization Acme', 'keyward use --clear')}`,
    )
    .action(async ({ organization, project, clear = false }) => {
      const baseUrl = await cli.baseUrl()
      const stored = await readCredentials(cli.store.file)
      const chosen: Defaults = clear ? {} : { ...stored.defaults?.[baseUrl] }
      if (organization !== undefined || project !== undefined) {
        if ((await tokenFor(baseUrl, cli.timeout, cli.store)) === null) {
          throw new UsageError(`Sign in first: keyward login --url ${baseUrl}`)
        }
        const client = await cli.connect()
        if (organization !== undefined) {
          chosen.organization = await findOrganization(client, organization)
          // Removed, because it may belong to another organization.
          delete chosen.project
        }
        if (project !== undefined) chosen.project = await findProject(client, project, chosen.organization)
      }
      if (clear || organization !== undefined || project !== undefined) {
        await writeCredentials({ ...stored, defaults: { ...stored.defaults, [baseUrl]: chosen } }, cli.store.file)
      }
      if (cli.output.isJson) return cli.output.json({ baseUrl, ...chosen })
      await cli.output.properties([
        ['Server', baseUrl],
        ['Organization', chosen.organization ?? '-'],
        ['Project', chosen.project ?? '-'],
      ])
    })
