import { type Cli, command, examples } from '../cli.ts'
import { all } from '../find.ts'
import { showTime } from '../times.ts'

const listCommand = (cli: Cli) =>
  command('list', 'list the organizations that you belong to or collaborate in')
    .addHelpText('after', examples('keyward organizations list', 'keyward organizations list --json'))
    .action(async () => {
      const client = await cli.connect()
      const organizations = await all(client.organizations.list({ pageSize: 100 }))
      if (cli.output.isJson) return cli.output.json(organizations)
      if (organizations.length === 0) return cli.output.note('You are not in any organization.')
      await cli.output.table(
        ['NAME', 'ID', 'YOUR ROLE', 'DEFAULT PROJECT', 'CREATED'],
        organizations.map(({ name, id, viewerRole, defaultProject, createdAt }) => [
          name,
          id,
          viewerRole ?? '-',
          defaultProject?.name ?? '-',
          showTime(createdAt),
        ]),
      )
    })

/** `keyward organizations` */
export const organizationsCommand = (cli: Cli) =>
  command('organizations', 'list organizations')
    .alias('orgs')
    .addHelpText('after', examples('keyward organizations list'))
    .addCommand(listCommand(cli))
