import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Installs separate workspaces that only a few tasks need: other servers, and other Node.js releases. */
export function installWorkspaces(...names: ('peers' | '../test/runtimes')[]): void {
  for (const name of names) {
    execFileSync('npx', ['pnpm', 'install', '--frozen-lockfile', '--dir', pathOf(name)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
}

/** A newer Node.js release than the one that runs this file. Missing on unsupported machines. */
export const NEWER_NODE = pathOf('../test/runtimes/node_modules/node-24/bin/node')
