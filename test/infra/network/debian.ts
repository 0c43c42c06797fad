import { spawnSync } from 'node:child_process'

/** The path of a program of this machine; null if it is missing. */
export function findProgram(name: string): string | null {
  const paths = [name, `/usr/bin/${name}`, `/usr/sbin/${name}`]
  return paths.find((path) => spawnSync(path, ['--help']).error === undefined) ?? null
}

/** The end of the title of a test that a program runs. */
export const whyNot = (name: string, program: string | null): string =>
  program === null ? ` (skipped: there is no ${name} here)` : ''
