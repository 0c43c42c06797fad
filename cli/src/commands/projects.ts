import { type Keyward, NotFoundError, type Project } from '@keyward/sdk'
import { type Cli, command, examples, organizationOption } from '../cli.ts'
import { confirmName } from '../confirm.ts'
import { all, findArchivedProject, findOrganization, findProject } from '../find.ts'
import { showTime } from '../times.ts'
import { CONFIRM, contentsText } from './deletion.ts'
import { parsePause, reportReceipts, UNTIL, untilText, WAIT } from './pause.ts'

const show = (cli: Cli, project: Project): Promise<void> =>
  cli.output.isJson
    ? cli.output.json(project)
    : cli.output.properties([
        ['Name', project.name],
        ['Id', project.id],
        ['Organization', `${project.organization.name} (${project.organization.id})`],
        ['Description', project.description ?? '-'],
        ['Default', project.isDefault ? 'yes' : 'no'],
        ['Your role', project.viewerRole ?? '-'],
        ['Created', showTime(project.createdAt)],
        ['Archived', showTime(project.archivedAt)],
        ['Paused', project.pausedAt === null ? '-' : `${showTime(project.pausedAt)} ${untilText(project.pausedUntil)}`],
      ])

async function listProjects(client: Keyward, organization: string | undefined, includeArchived: boolean) {
  // The viewer's list contains projects from all organizations, except archived ones.
  if (organization === undefined && !includeArchived) return all(client.viewer.projects({ pageSize: 100 }))
  const organizationId = await findOrganization(client, organization)
  return all(client.projects.list({ organizationId, includeArchived, pageSize: 100 }))
}

const listCommand = (cli: Cli) =>
  command('list', 'list the projects of one or all of your organizations')
    .addOption(organizationOption())
    .option('--archived', 'include archived projects')
    .addHelpText('after', examples('keyward projects list', 'keyward projects list --organization Acme --archived'))
    .action(async ({ organization, archived = false }) => {
      const projects = await listProjects(await cli.connect(), organization, archived)
      if (cli.output.isJson) return cli.output.json(projects)
      if (projects.length === 0) return cli.output.note('No project is visible to you.')
      await cli.output.table(
        ['NAME', 'ID', 'ORGANIZATION', 'YOUR ROLE', 'CREATED', 'ARCHIVED'],
        projects.map(({ name, id, organization: { name: owner }, viewerRole, createdAt, archivedAt }) => [
          name,
          id,
          owner,
          viewerRole ?? '-',
          showTime(createdAt),
          showTime(archivedAt),
        ]),
      )
    })

const getCommand = (cli: Cli) =>
  command('get', 'show a project')
    .argument('<project>', 'its name or id')
    .addHelpText('after', examples('keyward projects get Production', 'keyward projects get prj_… --json'))
    .action(async (given) => {
      const client = await cli.connect()
      await show(cli, await client.projects.get(await findProject(client, given)))
    })

const createCommand = (cli: Cli) =>
  command('create', 'create a project')
    .argument('<name>', 'its name')
    .addOption(organizationOption())
    .option('--description <text>', 'its purpose')
    .addHelpText('after', examples('keyward projects create Staging --description "Before production"'))
    .action(async (name, { organization, description }) => {
      const client = await cli.connect()
      const organizationId = await findOrganization(client, organization)
      const project = await client.projects.create({ organizationId, name, description })
      cli.output.note(`Created the project "${project.name}".`)
      await show(cli, project)
    })

const archiveCommand = (cli: Cli) =>
  command('archive', 'archive a project; its keys stop working until you restore it')
    .argument('<project>', 'its name or id')
    .addHelpText('after', examples('keyward projects archive Staging'))
    .action(async (given) => {
      const client = await cli.connect()
      const project = await client.projects.archive({ id: await findProject(client, given) })
      cli.output.note(`Archived the project "${project.name}". Undo it: keyward projects restore ${project.id}`)
      if (cli.output.isJson) await cli.output.json(project)
    })

const restoreCommand = (cli: Cli) =>
  command('restore', 'restore an archived project; its keys work again')
    .argument('<project>', 'its name or id')
    .addOption(organizationOption())
    .addHelpText('after', examples('keyward projects restore Staging'))
    .action(async (given, { organization }) => {
      const client = await cli.connect()
      const project = await client.projects.restore({ id: await findArchivedProject(client, given, organization) })
      cli.output.note(`Restored the project "${project.name}".`)
      if (cli.output.isJson) await cli.output.json(project)
    })

const pauseCommand = (cli: Cli) =>
  command('pause', 'pause a project in an emergency; its keys stop working at once')
    .argument('<project>', 'its name or id')
    .option(...UNTIL)
    .option(...WAIT)
    .addHelpText('after', examples('keyward projects pause Staging', 'keyward projects pause Staging --until 2h'))
    .action(async (given, options) => {
      const pause = parsePause(options)
      const client = await cli.connect()
      const payload = await client.projects.pause({ id: await findProject(client, given), ...pause })
      const { name, id, pausedUntil } = payload.project
      cli.output.note(`Paused the project "${name}" ${untilText(pausedUntil)}. Undo it: keyward projects resume ${id}`)
      reportReceipts(cli, 'pause', payload.gateways)
      if (cli.output.isJson) await cli.output.json(payload)
    })

const resumeCommand = (cli: Cli) =>
  command('resume', 'resume a paused project; its keys work again')
    .argument('<project>', 'its name or id')
    .addHelpText('after', examples('keyward projects resume Staging'))
    .action(async (given) => {
      const client = await cli.connect()
      const project = await client.projects.resume({ id: await findProject(client, given) })
      cli.output.note(`Resumed the project "${project.name}".`)
      if (cli.output.isJson) await cli.output.json(project)
    })

/** Asks the person to type the project's name to confirm a deletion. Returns the name. */
async function confirmDeletion(client: Keyward, id: string, typed: string | undefined): Promise<string> {
  try {
    const { name } = await client.projects.get(id)
    const contents = contentsText(await client.projects.getDeletionContents(id))
    return await confirmName(`Delete the project "${name}" (${id}) with ${contents}?`, name, typed)
  } catch (error) {
    // If a script repeats the deletion, the project may already be deleted. The server then checks the name.
    if (error instanceof NotFoundError && typed !== undefined) return typed
    throw error
  }
}

const deleteCommand = (cli: Cli) =>
  command('delete', 'delete an archived project with its keys; it cannot be undone')
    .argument('<project>', 'its name or id')
    .addOption(organizationOption())
    .option(...CONFIRM)
    .addHelpText(
      'after',
      examples('keyward projects delete Staging', 'keyward projects delete prj_… --confirm Staging'),
    )
    .action(async (given, { organization, confirm: typed }) => {
      const client = await cli.connect()
      const id = await findArchivedProject(client, given, organization)
      const name = await confirmDeletion(client, id, typed)
      const payload = await client.projects.delete({ id, name })
      cli.output.note(`Deleted the project "${name}".`)
      if (cli.output.isJson) await cli.output.json(payload)
    })

/** `keyward projects` */
export const projectsCommand = (cli: Cli) =>
  command('projects', 'list, create, pause, archive, restore and delete projects')
    .addHelpText('after', examples('keyward projects list', 'keyward projects create Staging'))
    .addCommand(listCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(createCommand(cli))
    .addCommand(pauseCommand(cli))
    .addCommand(resumeCommand(cli))
    .addCommand(archiveCommand(cli))
    .addCommand(restoreCommand(cli))
    .addCommand(deleteCommand(cli))
