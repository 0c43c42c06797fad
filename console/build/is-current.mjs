import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Whether a build was made from the present sources. Plain JavaScript, for the start of the server.
 * @param {string} inputs the file with the time of the last change of every source, by its path
 * @returns {Promise<boolean>}
 */
export async function isCurrent(inputs) {
  try {
    const times = JSON.parse(await readFile(inputs, 'utf8'))
    const isSame = async ([path, time]) => (await stat(join(ROOT, path))).mtimeMs === time
    return (await Promise.all(Object.entries(times).map(isSame))).every(Boolean)
  } catch {
    return false
  }
}
