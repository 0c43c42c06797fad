import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram } from '../network/debian.ts'
import { accepting } from './configuration.ts'
import { type Daemon, startDaemon } from './daemons.ts'

/** Starts HAProxy with a configuration that listens on a port. */
export async function startHaproxy(directory: string, configuration: string, port: number): Promise<Daemon> {
  const file = join(directory, `haproxy-${port}.cfg`)
  await writeFile(file, configuration)
  const daemon = startDaemon(findProgram('haproxy') ?? 'haproxy', ['-db', '-f', file], `${file}.log`)
  await accepting(port, daemon)
  return daemon
}
