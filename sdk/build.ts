import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

// Builds dist/, the published package: modules, declarations and a manifest. Source maps are omitted, because a module
// is its source without types.
const directory = fileURLToPath(new URL('./', import.meta.url))
const dist = join(directory, 'dist')

/** Fields of the manifest that are needed only in the workspace. */
const OWN_FIELDS = ['scripts', 'devDependencies', 'publishConfig', 'private']

const SHIPPED = ['README.md', 'LICENSE', 'CHANGELOG.md']

/** The schema as a file, for tools that type custom documents. */
const GRAPH = 'schema.graphql'

/** `./src/gateway/index.ts` is built to `./gateway/index.js`. */
function publishedEntry(source: unknown): { types: string; default: string } {
  const [, path] = /^\.\/src\/(.+)\.ts$/.exec(String(source)) ?? []
  if (path === undefined) throw new Error(`An entry of \`exports\` is not ./src/….ts: ${String(source)}`)
  return { types: `./${path}.d.ts`, default: `./${path}.js` }
}

/** The manifest of the published package. */
function published(manifest: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(manifest).filter(([name]) => !OWN_FIELDS.includes(name)))
  const entries = Object.entries(manifest.exports ?? {}).map(([name, source]) => [name, publishedEntry(source)])
  // An explicit list, so that no ignore file determines what is published.
  const files = ['**/*.js', '**/*.d.ts', GRAPH, 'CHANGELOG.md']
  const data = [`./${GRAPH}`, './package.json'].map((path) => [path, path])
  return { ...kept, files, exports: Object.fromEntries([...entries, ...data]) }
}

rmSync(dist, { recursive: true, force: true })
const compile = (project: string) => execFileSync('tsc', ['--project', project], { cwd: directory, stdio: 'inherit' })
// Only files named `node` may use Node's types. All other files are compiled last and without these types, so that they
// can use only Web APIs.
const sources = readdirSync(join(directory, 'src'), { recursive: true, encoding: 'utf8' })
if (sources.some((name) => /(^|[\\/])node(\.ts$|[\\/])/.test(name))) compile('tsconfig.node.json')
compile('tsconfig.build.json')
// The engine is a package of this repository only. Its modules are included in this package, which has no dependencies.
const staged = join(dist, 'staged')
for (const name of readdirSync(join(staged, 'sdk/src'))) renameSync(join(staged, 'sdk/src', name), join(dist, name))
renameSync(join(staged, 'engine'), join(dist, 'engine'))
rmSync(staged, { recursive: true })

/** The path of an engine module relative to another module, such as `../engine/money.js`. */
function fromEngine(file: string, module: string): string {
  const path = relative(dirname(file), join(dist, 'engine', `${module}.js`)).replaceAll(sep, '/')
  return path.startsWith('.') ? path : `./${path}`
}

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|d\.ts)$/.test(name)) continue
  const file = join(dist, name)
  const text = readFileSync(file, 'utf8')
    .replaceAll(
      /((?:from |import\()')@keyward\/engine\/([^']+)'/g,
      (_, start, module) => `${start}${fromEngine(file, module)}'`,
    )
    // The compiler rewrites the extensions of relative imports in modules, but not in declarations.
    .replaceAll(/((?:from |import\()'\.[^']*)\.ts'/g, "$1.js'")
  writeFileSync(file, text)
}
const manifest = published(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')))
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
for (const name of SHIPPED) {
  if (existsSync(join(directory, name))) copyFileSync(join(directory, name), join(dist, name))
}
copyFileSync(join(directory, '../schema', GRAPH), join(dist, GRAPH))
