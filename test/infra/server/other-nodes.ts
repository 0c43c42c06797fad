import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** A release of Node.js that the product supports besides the one that runs the tests. */
export interface OtherNode {
  version: number
  path: string
}

/** Optional packages of Linux on x64, the one platform that they are installed on. */
export const OTHER_NODES: OtherNode[] = [22, 24]
  .map((version) => ({ version, path: resolve(`test/other-nodes/node_modules/node-${version}/bin/node`) }))
  .filter(({ path }) => existsSync(path))

if (OTHER_NODES.length === 0 && process.platform === 'linux' && process.arch === 'x64') {
  throw new Error('The packages node-22 and node-24 are not installed. Run `npx pnpm install`.')
}
