import { type Cli, command, examples } from '../cli.ts'
import { credentialsFile, listProfiles, readCredentials, removeProfile } from '../credentials.ts'
import { CommandError, EXIT_CODES } from '../exit-codes.ts'
import { endSession } from '../sign-in/password.ts'

/** Describes a stored sign-in without its token. `name` is null for the sign-in used without a profile. */
async function describe(name: string | null) {
  const { current, tokens, defaults = {} } = await readCredentials(credentialsFile(name ?? undefined))
  const { organization = null, project = null } = (current === null ? undefined : defaults[current]) ?? {}
  return { name, baseUrl: current, servers: Object.keys(tokens), organization, project }
}

/** `keyward profiles list` */
const listCommand = (cli: Cli) =>
  command('list', 'list the profiles, their servers and their defaults')
    .addHelpText('after', examples('keyward profiles list', 'keyward profiles list --json'))
    .action(async () => {
      const profiles = await Promise.all([null, ...(await listProfiles())].map(describe))
      if (cli.output.isJson) return cli.output.json(profiles)
      const { profile: inUse = null } = cli.store
      await cli.output.table(
        ['', 'NAME', 'SERVER', 'ORGANIZATION', 'PROJECT'],
        profiles.map(({ name, baseUrl, organization, project }) => [
          name === inUse ? '*' : '',
          name ?? '(none)',
          baseUrl ?? '-',
          organization ?? '-',
          project ?? '-',
        ]),
      )
    })

/** `keyward profiles remove` */
const removeCommand = (cli: Cli) =>
  command('remove', 'end the sessions of a profile and delete it; tokens of other kinds stay valid')
    .argument('<name>', 'its name')
    .addHelpText('after', examples('keyward profiles remove staging'))
    .action(async (name) => {
      const { tokens, sessions = [] } = await readCredentials(credentialsFile(name))
      for (const baseUrl of sessions) {
        const token = tokens[baseUrl]
        if (token !== undefined) await endSession(baseUrl, token, cli.timeout)
      }
      if (!(await removeProfile(name))) {
        throw new CommandError(`There is no profile ${name}. List them: keyward profiles list`, EXIT_CODES.notFound)
      }
      cli.output.note(`Removed the profile ${name}.`)
      if (cli.output.isJson) await cli.output.json({ name, removed: true })
    })

/** `keyward profiles` */
export const profilesCommand = (cli: Cli) =>
  command('profiles', 'list and remove stored sign-ins')
    .addHelpText(
      'after',
      `
A profile is a sign-in with its own servers, tokens and defaults. \`keyward login --profile NAME\` creates it.`,
    )
    .addCommand(listCommand(cli))
    .addCommand(removeCommand(cli))
