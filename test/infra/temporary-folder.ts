import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where Linux offers a file system in memory. */
const IN_MEMORY = '/dev/shm'
const TMPFS = 0x01021994
/** A run keeps less than a quarter of this. */
const LEAST_FREE = 4 * 1024 ** 3

/** Whether programs may run from a folder. Containers often forbid it in their memory. */
function runsPrograms(folder: string): boolean {
  const own = mkdtempSync(join(folder, 'keyward-'))
  try {
    const program = join(own, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 })
    return spawnSync(program).status === 0
  } finally {
    rmSync(own, { recursive: true })
  }
}

/**
 * A folder in memory for the temporary files of the tests; null where there is none that is large enough. Each database of
 * a test is a copy of 700 files, and a disk takes five times as long to create them.
 */
export function temporaryFolderInMemory(): string | null {
  try {
    const { type, bavail, bsize } = statfsSync(IN_MEMORY)
    return type === TMPFS && bavail * bsize >= LEAST_FREE && runsPrograms(IN_MEMORY) ? IN_MEMORY : null
  } catch {
    return null
  }
}
