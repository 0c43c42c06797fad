import { type FileHandle, open, rm } from 'node:fs/promises'
import { exportOrganization } from '@keyward/schema/transfer/export'
import { CommandError } from '../exit-codes.ts'
import { count, type ResultOptions, showResult } from '../result.ts'
import { readPassphrase } from './passphrase.ts'
import { withRuntime } from './with-runtime.ts'

interface ExportOptions extends ResultOptions {
  to: string
  passphraseFile?: string | undefined
}

const WRITTEN_AT_ONCE = 1 << 16

/** `keyward-server organization export ID --to FILE`: exports an organization and its data as JSON lines. */
export async function runOrganizationExport(id: string, options: ExportOptions): Promise<void> {
  const passphrase = await readPassphrase(options.passphraseFile)
  const file = await create(options.to)
  try {
    const exported = await withRuntime(async (runtime) => {
      let pending = ''
      const result = await exportOrganization(runtime, id, passphrase, async (line) => {
        pending += `${JSON.stringify(line)}\n`
        if (pending.length < WRITTEN_AT_ONCE) return
        await file.appendFile(pending)
        pending = ''
      })
      await file.appendFile(pending)
      await file.sync()
      return result
    })
    const { name, people, rows, hasSecrets, isPaused } = exported
    showResult(options, { id, file: options.to, ...exported }, [
      `Exported "${name}" to ${options.to}: ${count(rows.project ?? 0, 'project')}, ${count(rows.api_key ?? 0, 'key')}, ${count(people, 'person').replace('persons', 'people')}, ${count(rows.audit_event ?? 0, 'audit event')}.`,
      ...(hasSecrets ? ['Import it with the same passphrase.'] : []),
      ...(isPaused ? [] : ['The organization is not paused: this instance still accepts its keys.']),
    ])
  } catch (error) {
    await rm(options.to, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

/** Creates a file that only its owner can read. An existing file is not overwritten. */
async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    throw new CommandError(`Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
