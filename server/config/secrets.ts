import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigurationError } from '../operator/exit-codes.ts'
import type { Config, ServerConfig } from './config.ts'
import { VARIABLES } from './variables.ts'

const SecretsFile = z.object({
  encryptionKeys: VARIABLES.KEYWARD_ENCRYPTION_KEYS.schema,
  sessionSecret: VARIABLES.KEYWARD_SESSION_SECRET.schema,
})

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

async function make(path: string): Promise<void> {
  const content = {
    encryptionKeys: `key-${new Date().toISOString().slice(0, 10)}:${randomBytes(32).toString('base64')}`,
    sessionSecret: randomBytes(32).toString('base64'),
  }
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    // Links the file instead of renaming it: if two servers start at the same time, the second must not replace the
    // first's file.
    await link(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft)
  }
}

async function readSecretsFile(path: string): Promise<z.output<typeof SecretsFile>> {
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new ConfigurationError([
      `${path}: other users can read this file (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${path}`,
    ])
  }
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  const parsed = SecretsFile.safeParse(content)
  if (parsed.success) return parsed.data
  throw new ConfigurationError([
    `${path}: given something else than this server's secrets, expected the file as it was made (restore it from a backup; without it, sessions end and legacy keys cannot be revealed).`,
  ])
}

/**
 * Adds the secrets that the environment does not contain to a configuration. Reads them from their file, or creates the
 * file.
 */
export async function withSecrets(config: Config): Promise<ServerConfig> {
  const { encryptionKeys, sessionSecret } = config
  if (encryptionKeys && sessionSecret !== null) return { ...config, encryptionKeys, sessionSecret }
  const path = join(config.dataDirectory, 'secrets.json')
  try {
    await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 })
    const exists = await stat(path).then(
      () => true,
      (error) => {
        if (hasCode(error, 'ENOENT')) return false
        throw error
      },
    )
    if (!exists) await make(path)
    const file = await readSecretsFile(path)
    return {
      ...config,
      encryptionKeys: encryptionKeys ?? file.encryptionKeys,
      sessionSecret: sessionSecret ?? file.sessionSecret,
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new ConfigurationError([
        `${path}: ${error.message}. KEYWARD_DATA_DIR has to be a directory this server may write.`,
      ])
    }
    throw error
  }
}

const derive = (sessionSecret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', sessionSecret, '', `keyward ${purpose}`, bytes))

/**
 * The token required to create the first account on an empty PostgreSQL database, so that a stranger cannot take over
 * the instance.
 */
export const setupToken = (sessionSecret: string): string =>
  (derive(sessionSecret, 'setup token', 12).toString('hex').match(/.{6}/g) ?? []).join('-')
