import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Daemon } from './daemons.ts'

/** A documented file of deploy/ with the addresses of a test. Throws if the file lacks one of them. */
export function documentedFile(path: string, here: readonly (readonly [documented: string, replacement: string])[]) {
  let text = readFileSync(path, 'utf8')
  for (const [documented, replacement] of here) {
    if (!text.includes(documented)) throw new Error(`${path} has no ${documented}`)
    text = text.replaceAll(documented, replacement)
  }
  return text
}

/** Waits until a port of this machine accepts connections. */
export async function accepting(port: number, { process: child }: Daemon): Promise<void> {
  for (;;) {
    const socket = createConnection(port, '127.0.0.1')
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isOpen) return
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`)
    await delay(50)
  }
}
