import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Appends durably to a file that only its owner can read. Opens the file each time. If a crash cut off the last line,
 * completes that line with a line break first.
 */
export async function append(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    const isWhole = size === 0 || buffer.toString() === '\n'
    await handle.appendFile(isWhole ? text : `\n${text}`)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
