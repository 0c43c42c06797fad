import { resolve } from 'node:path'

/** Another runtime that the product supports besides the Node.js that runs the tests. */
export interface Runtime {
  name: string
  /** The program. */
  path: string
}

/** The folder of the packages that contain the programs. */
export const RUNTIMES_FOLDER = resolve('test/runtimes')

const inFolder = ([name, path]: [string, string]): Runtime => ({
  name,
  path: resolve(RUNTIMES_FOLDER, 'node_modules', path),
})

/** The programs need glibc, whose version the report of a process names. */
const hasGlibc = (): boolean => {
  const report: { header?: { glibcVersionRuntime?: string } } = JSON.parse(JSON.stringify(process.report.getReport()))
  return report.header?.glibcVersionRuntime !== undefined
}

/** Whether the programs run on this machine. */
export const CAN_RUN = process.platform === 'linux' && process.arch === 'x64' && hasGlibc()

const OTHER_NODES: [string, string][] = [
  ['Node.js 22', 'node-22/bin/node'],
  ['Node.js 24', 'node-24/bin/node'],
]

/** The other releases of Node.js. Empty where their packages do not run. */
export const otherNodes: Runtime[] = CAN_RUN ? OTHER_NODES.map(inFolder) : []

/** The oldest, the first that accepts the package in CommonJS, and the last before the one that the repository uses. */
const COMPILERS = ['5.0', '5.8', '6.0']

/** Older releases of TypeScript. Empty where the other programs do not run either, since they are installed together. */
export const otherCompilers: Runtime[] = CAN_RUN
  ? COMPILERS.map((version) => inFolder([`TypeScript ${version}`, `typescript-${version}/lib/tsc.js`]))
  : []

/** Bun and Deno, with the arguments that run a module with as few rights as it needs. Empty where they do not run. */
export const otherRuntimes: (Runtime & { given: string[] })[] = CAN_RUN
  ? [
      { ...inFolder(['Bun', 'bun/bin/bun']), given: ['run'] },
      {
        ...inFolder(['Deno', 'deno/deno']),
        given: ['run', '--no-remote', '--allow-net=127.0.0.1', '--allow-env=KEYWARD_TOKEN'],
      },
    ]
  : []
