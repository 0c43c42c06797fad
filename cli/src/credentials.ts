import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { UsageError } from './exit-codes.ts'

/** A profile's stored tokens, one per server. */
export interface Credentials {
  /** The server that the user last signed in to. Commands use it by default. */
  current: string | null
  tokens: Record<string, string>
  /** Default values of `--organization` and `--project`, by server. */
  defaults?: Record<string, Defaults>
  /** Servers whose token is a session created by `keyward login`. `logout` ends these sessions. */
  sessions?: string[]
}

/** The organization and project that commands use by default. */
export interface Defaults {
  organization?: string
  project?: string
}

const PROFILE = /^[A-Za-z0-9][\w.-]{0,63}$/

/** The folder for files that this command writes. */
function configurationFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_CONFIG_HOME: given = '' } = environment
  // The XDG specification says that relative paths must be ignored.
  const folder = isAbsolute(given) ? given : join(homedir(), '.config')
  return join(folder, 'keyward')
}

/** The file with a profile's tokens, or with the tokens used without a profile. */
export function credentialsFile(profile?: string, environment: NodeJS.ProcessEnv = process.env): string {
  const folder = configurationFolder(environment)
  if (profile === undefined) return join(folder, 'credentials.json')
  if (!PROFILE.test(profile)) {
    const rule = 'begins with a letter or digit, and has at most 64 letters, digits, ".", "_" and "-"'
    throw new UsageError(`The name of a profile (--profile, KEYWARD_PROFILE) ${rule}.`)
  }
  return join(folder, 'profiles', `${profile}.json`)
}

/** Lists the profile names, sorted. */
export async function listProfiles(environment: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const files = await readdir(join(configurationFolder(environment), 'profiles')).catch((error) => {
    if (isMissing(error)) return []
    throw error
  })
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
  return names.filter((name) => PROFILE.test(name)).sort()
}

/** Deletes a profile's file. Returns false if it does not exist. */
export async function removeProfile(profile: string): Promise<boolean> {
  try {
    await rm(credentialsFile(profile))
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Parses the defaults in a file. Null if they are invalid. Empty if there are none. */
function defaultsIn(given: unknown): Pick<Credentials, 'defaults'> | null {
  if (given === undefined) return {}
  if (!isRecord(given)) return null
  const defaults: Record<string, Defaults> = {}
  for (const [url, each] of Object.entries(given)) {
    if (!isRecord(each)) return null
    const { organization, project } = each
    defaults[url] = {
      ...(typeof organization === 'string' ? { organization } : {}),
      ...(typeof project === 'string' ? { project } : {}),
    }
  }
  return { defaults }
}

const sessionsIn = (given: unknown): string[] =>
  Array.isArray(given) ? given.filter((url) => typeof url === 'string') : []

function parse(text: string): Credentials | null {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(document) || !isRecord(document.tokens)) return null
  const { current = null } = document
  const defaults = defaultsIn(document.defaults)
  if (defaults === null) return null
  const tokens: Record<string, string> = {}
  for (const [url, token] of Object.entries(document.tokens)) {
    if (typeof token !== 'string') return null
    tokens[url] = token
  }
  if (current !== null && typeof current !== 'string') return null
  const sessions = sessionsIn(document.sessions)
  return { current, tokens, ...defaults, ...(sessions.length > 0 ? { sessions } : {}) }
}

/** Reads the stored tokens. Returns no tokens if the file does not exist. */
export async function readCredentials(file: string): Promise<Credentials> {
  let text: string
  try {
    // Anyone who can read the file can use the tokens. Windows does not have these file modes.
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      throw new UsageError(`${file} can be read by other users of this machine. Run: chmod 600 ${file}`)
    }
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return { current: null, tokens: {} }
    throw error
  }
  const credentials = parse(text)
  if (!credentials) throw new UsageError(`${file} cannot be read. Remove it, and sign in again: keyward login`)
  return credentials
}

/** Replaces the file atomically. Other users can read neither the temporary file nor the result. */
export async function writeCredentials(credentials: Credentials, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(credentials, null, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
