import { type Cli, command, examples, organizationOption } from '../cli.ts'
import { confirm, confirmName } from '../confirm.ts'
import { all, findOrganization } from '../find.ts'
import { showTime } from '../times.ts'
import { CONFIRM, contentsText } from './deletion.ts'
import { parsePause, reportReceipts, UNTIL, untilText, WAIT } from './pause.ts'

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

const pauseCommand = (cli: Cli) =>
  command('pause', 'pause an organization in an emergency; all its keys stop working at once')
    .addOption(organizationOption())
    .option(...UNTIL)
    .option(...WAIT)
    .option('-y, --yes', 'do not ask for confirmation; required outside a terminal')
    .addHelpText('after', examples('keyward organizations pause --organization Acme --until 2h --wait 10s'))
    .action(async ({ organization, yes = false, ...options }) => {
      const pause = parsePause(options)
      const client = await cli.connect()
      const { id, name } = await client.organizations.get(await findOrganization(client, organization))
      await confirm(`Pause the organization "${name}" (${id})? All its keys stop working.`, yes)
      const payload = await client.organizations.pause({ id, ...pause })
      const until = untilText(payload.organization.pausedUntil)
      cli.output.note(`Paused the organization "${name}" ${until}. Undo it: keyward organizations resume -o ${id}`)
      reportReceipts(cli, 'pause', payload.gateways)
      if (cli.output.isJson) await cli.output.json(payload)
    })

const resumeCommand = (cli: Cli) =>
  command('resume', 'resume a paused organization; its keys work again')
    .addOption(organizationOption())
    .addHelpText('after', examples('keyward organizations resume --organization Acme'))
    .action(async ({ organization }) => {
      const client = await cli.connect()
      const resumed = await client.organizations.resume({ id: await findOrganization(client, organization) })
      cli.output.note(`Resumed the organization "${resumed.name}".`)
      if (cli.output.isJson) await cli.output.json(resumed)
    })

const deleteCommand = (cli: Cli) =>
  command('delete', 'delete an organization in 7 days; all its keys stop working at once')
    .addOption(organizationOption())
    .option(...WAIT)
    .option(...CONFIRM)
    .addHelpText(
      'after',
      examples('keyward organizations delete -o Acme', 'keyward orgs delete -o org_… --confirm Acme'),
    )
    .action(async ({ organization, wait, confirm: typed }) => {
      const { awaitGatewaysSeconds } = parsePause({ wait })
      const client = await cli.connect()
      const { id, name } = await client.organizations.get(await findOrganization(client, organization))
      const contents = contentsText(await client.organizations.getDeletionContents(id))
      const confirmed = await confirmName(`Delete the organization "${name}" (${id}) with ${contents}?`, name, typed)
      const payload = await client.organizations.delete({ id, name: confirmed, awaitGatewaysSeconds })
      cli.output.note(
        `The organization "${name}" will be deleted on ${showTime(payload.organization.deletesAt)}. Its keys stop working now. Undo it: keyward organizations cancel-deletion -o ${id}`,
      )
      reportReceipts(cli, 'pause', payload.gateways)
      if (cli.output.isJson) await cli.output.json(payload)
    })

const cancelDeletionCommand = (cli: Cli) =>
  command('cancel-deletion', 'cancel the deletion of an organization; its keys work again')
    .addOption(organizationOption())
    .addHelpText('after', examples('keyward organizations cancel-deletion -o Acme'))
    .action(async ({ organization }) => {
      const client = await cli.connect()
      const kept = await client.organizations.cancelDeletion({ id: await findOrganization(client, organization) })
      cli.output.note(`Cancelled the deletion of the organization "${kept.name}".`)
      if (cli.output.isJson) await cli.output.json(kept)
    })

/** `keyward organizations` */
export const organizationsCommand = (cli: Cli) =>
  command('organizations', 'list, pause, resume and delete organizations')
    .alias('orgs')
    .addHelpText('after', examples('keyward organizations list'))
    .addCommand(listCommand(cli))
    .addCommand(pauseCommand(cli))
    .addCommand(resumeCommand(cli))
    .addCommand(deleteCommand(cli))
    .addCommand(cancelDeletionCommand(cli))
