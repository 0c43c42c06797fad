import { Option } from '@commander-js/extra-typings'
import type { Actor, Viewer } from '@keyward/sdk'
import { type Cli, command, examples } from '../cli.ts'
import { clientOf, isPrivate, tokenFor } from '../connection.ts'
import { readCredentials, writeCredentials } from '../credentials.ts'
import { CommandError, EXIT_CODES, UsageError } from '../exit-codes.ts'
import { askHidden, askLine, canAsk, readStandardInput } from '../prompt.ts'
import { signInByBrowser } from '../sign-in/device.ts'
import { endSession, signInWithPassword } from '../sign-in/password.ts'

function detailsOf(actor: Actor): [string, string][] {
  switch (actor.__typename) {
    case 'User':
      return actor.email === null ? [] : [['E-mail', actor.email]]
    case 'ServiceAccount':
      return [
        ['Role', actor.role ?? '-'],
        ['Organization', actor.organization.name],
      ]
    case 'ApiKey':
    case 'LegacyKey':
      return [['Project', actor.project.name]]
    default:
      return []
  }
}

/** The name of a token's owner. */
function nameOf({ kind, actor }: Viewer): string {
  if (actor === null) return kind
  return 'name' in actor ? actor.name : actor.id
}

async function readToken(fromInput: boolean): Promise<string> {
  const text = !fromInput && canAsk() ? await askHidden('Token: ') : await readStandardInput()
  const token = text.trim()
  if (token === '') throw new UsageError('The token is empty. Type it at the prompt, or pass it on standard input.')
  return token
}

async function readPassword(): Promise<string> {
  const password = canAsk() ? await askHidden('Password: ') : (await readStandardInput()).replace(/\r?\n$/, '')
  if (password === '')
    throw new UsageError('The password is empty. Type it at the prompt, or pass it on standard input.')
  return password
}

async function askCode(): Promise<string> {
  if (canAsk()) return askLine('Code of your authenticator app, or a recovery code: ')
  const message =
    'The account has a second factor. Run the command on a terminal, or use the token of a service account.'
  throw new CommandError(message, EXIT_CODES.authentication)
}

interface LoginOptions {
  web?: true | undefined
  email?: string | undefined
  withToken?: true | undefined
  tokenStdin?: true | undefined
}

/**
 * Obtains a token by the method that the options choose. By default, a person at a terminal signs in with the browser.
 */
async function obtainToken(cli: Cli, baseUrl: string, options: LoginOptions) {
  const { web, email, withToken, tokenStdin = false } = options
  if (email !== undefined) {
    const person = { email, password: await readPassword(), askCode }
    const token = await signInWithPassword(baseUrl, person, cli.timeout)
    return { token, isOwnSession: true }
  }
  if (web || (!withToken && !tokenStdin && canAsk())) {
    return { token: await signInByBrowser(baseUrl, cli), isOwnSession: true }
  }
  return { token: await readToken(tokenStdin), isOwnSession: false }
}

/**
 * The servers that have a session created by `login`, updated after signing in to one of them or signing out. Undefined
 * if there are none.
 */
function sessionsWith(before: readonly string[] = [], baseUrl: string, isOwnSession: boolean) {
  const others = before.filter((url) => url !== baseUrl)
  const sessions = isOwnSession ? [...others, baseUrl] : others
  return sessions.length > 0 ? { sessions } : {}
}

/** `keyward login` */
export const loginCommand = (cli: Cli) =>
  command('login', 'sign in to a server, and store the token')
    .addOption(
      new Option('--web', 'sign in with the browser; the default on a terminal').conflicts([
        'email',
        'withToken',
        'tokenStdin',
      ]),
    )
    .addOption(
      new Option(
        '--email <address>',
        'sign in with a password, which is asked for or read from standard input',
      ).conflicts(['withToken', 'tokenStdin']),
    )
    .option('--with-token', 'ask for a token')
    .option('--token-stdin', 'read a token from standard input')
    .addHelpText(
      'after',
      `
The browser may run on another device: open the address there, and approve the code. Without a terminal, the command
reads a token from standard input: of a service account, a person's session or a key. Tokens and passwords are never
arguments, because other users of the machine could read them there. One token per server is stored in
~/.config/keyward/credentials.json (mode 0600), or in a file of the profile that --profile names.
${examples(
  'keyward login --url https://keys.example.com',
  'keyward login --email ada@example.com',
  'keyward login --token-stdin < token.txt',
)}`,
    )
    .action(async (options) => {
      const baseUrl = await cli.baseUrl()
      if (!isPrivate(baseUrl)) cli.output.warn(`${baseUrl} is not encrypted: others on the network can read the token.`)
      const { token, isOwnSession } = await obtainToken(cli, baseUrl, options)
      const viewer = await clientOf(baseUrl, token, cli.timeout).viewer.get()
      if (viewer.actor === null)
        throw new CommandError('The server does not recognize the token.', EXIT_CODES.authentication)
      const { file } = cli.store
      const { sessions, ...stored } = await readCredentials(file)
      const tokens = { ...stored.tokens, [baseUrl]: token }
      await writeCredentials(
        { ...stored, current: baseUrl, tokens, ...sessionsWith(sessions, baseUrl, isOwnSession) },
        file,
      )
      cli.output.note(`Signed in to ${baseUrl} as ${nameOf(viewer)}. The token is stored in ${file}.`)
      if (process.env.KEYWARD_TOKEN && !cli.store.isExplicit)
        cli.output.warn('KEYWARD_TOKEN is set, and overrides the stored token.')
      if (cli.output.isJson) await cli.output.json(viewer)
    })

/** `keyward logout` */
export const logoutCommand = (cli: Cli) =>
  command('logout', 'delete the stored token, and end the session that login began; other tokens stay valid')
    .addHelpText('after', examples('keyward logout', 'keyward logout --url https://keys.example.com'))
    .action(async () => {
      const baseUrl = await cli.baseUrl()
      const { file } = cli.store
      const { current, tokens, defaults = {}, sessions = [] } = await readCredentials(file)
      const { [baseUrl]: forgotten, ...kept } = tokens
      const { [baseUrl]: _defaults, ...others } = defaults
      if (forgotten !== undefined) {
        const left = Object.keys(others).length > 0 ? { defaults: others } : {}
        await writeCredentials(
          {
            current: current === baseUrl ? null : current,
            tokens: kept,
            ...left,
            ...sessionsWith(sessions, baseUrl, false),
          },
          file,
        )
      }
      const isOwn = forgotten !== undefined && sessions.includes(baseUrl)
      if (isOwn && !(await endSession(baseUrl, forgotten, cli.timeout))) {
        cli.output.warn('The server did not end the session. It ends within 7 days, or on the page of your account.')
      }
      cli.output.note(forgotten === undefined ? `You were not signed in to ${baseUrl}.` : `Signed out of ${baseUrl}.`)
      if (process.env.KEYWARD_TOKEN && !cli.store.isExplicit)
        cli.output.warn('KEYWARD_TOKEN is set, and is still used.')
      if (cli.output.isJson) await cli.output.json({ baseUrl, signedOut: forgotten !== undefined })
    })

/** `keyward whoami` */
export const whoamiCommand = (cli: Cli) =>
  command('whoami', 'show the owner of the token and the server')
    .addHelpText('after', examples('keyward whoami', 'keyward whoami --json'))
    .action(async () => {
      const client = await cli.connect()
      const viewer = await client.viewer.get()
      if (cli.output.isJson) return cli.output.json(viewer)
      const baseUrl = await cli.baseUrl()
      const source = (await tokenFor(baseUrl, cli.timeout, cli.store))?.source ?? '-'
      await cli.output.properties([
        ['Name', nameOf(viewer)],
        ['Kind', viewer.kind],
        ['Id', viewer.actor?.id ?? '-'],
        ...(viewer.actor === null ? [] : detailsOf(viewer.actor)),
        ['Server', baseUrl],
        ['Token from', source],
        ...(cli.store.profile === undefined ? [] : [['Profile', cli.store.profile] as [string, string]]),
      ])
    })
