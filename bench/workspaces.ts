import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Installs workspaces of their own, since little else needs them: other servers, and other releases of Node.js. */
export function installWorkspaces(...names: ('peers' | '../test/runtimes')[]): void {
  for (const name of names) {
    execFileSync('npx', ['pnpm', 'install', '--frozen-lockfile', '--dir', pathOf(name)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
}

/** A newer release of Node.js than the one that runs here. It is missing on machines that it was not built for. */
export const NEWER_NODE = pathOf('../test/runtimes/node_modules/node-24/bin/node')
