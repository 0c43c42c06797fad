import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { UsageError } from './exit-codes.ts'

/** What was signed in to: one token for each server, and which server was signed in to last. */
export interface Credentials {
  /** The address that commands use if none is given. */
  current: string | null
  tokens: Record<string, string>
}

/** Where they are kept. */
export function credentialsFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME: given = '' } = environment
  // A path that is not absolute does not count, says the specification.
  const folder = isAbsolute(given) ? given : join(homedir(), '.config')
  return join(folder, 'keyward', 'credentials.json')
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): Credentials | null {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(document) || !isRecord(document.tokens)) return null
  const { current = null } = document
  const tokens: Record<string, string> = {}
  for (const [url, token] of Object.entries(document.tokens)) {
    if (typeof token !== 'string') return null
    tokens[url] = token
  }
  return current === null || typeof current === 'string' ? { current, tokens } : null
}

/** Reads them; there are none where there is no file. */
export async function readCredentials(file = credentialsFile()): Promise<Credentials> {
  let text: string
  try {
    // Others who can read the file can use the tokens. Windows has no such modes.
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
      throw new UsageError(`${file} is open to other users of this machine. Close it: chmod 600 ${file}`)
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

/** Writes them, so that there is the old file or the whole new one, and never one that others can read. */
export async function writeCredentials(credentials: Credentials, file = credentialsFile()): Promise<void> {
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
