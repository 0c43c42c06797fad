import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { contentOf, contentTable, sbomOf } from '@keyward/server/build/sbom'
import { beforeAll, expect, inject, test } from 'vitest'

/* The files of `pnpm release:sbom`, here about the build that the tests run. */

interface Component {
  type: string
  group?: string
  name: string
  version?: string
  purl?: string
  licenses?: unknown[]
  hashes?: { alg: string; content: string }[]
  properties?: { name: string; value: string }[]
}

let text: string
let components: Component[]
beforeAll(async () => {
  text = await sbomOf(inject('build'), '0.1.0')
  ;({ components } = JSON.parse(text))
})

const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`)
const libraries = () => components.filter(({ type }) => type === 'library')

test('the SBOM is valid CycloneDX 1.6 and describes Keyward', async () => {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull()
  const { bomFormat, specVersion, metadata, dependencies } = JSON.parse(text)
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.6'])
  expect(metadata.component).toMatchObject({ type: 'application', name: 'keyward', version: '0.1.0' })
  const own = dependencies.find(({ ref }: { ref: string }) => ref === 'keyward')
  expect(own.dependsOn).toHaveLength(libraries().length)
})

test('the SBOM lists every package in the source maps, with its version and license', async () => {
  const maps = (await readdir(inject('build'))).filter((name) => name.endsWith('.js.map'))
  expect(maps.length).toBeGreaterThan(3)
  const shipped = new Set<string>()
  for (const name of maps) {
    const { sources }: { sources: string[] } = JSON.parse(await readFile(join(inject('build'), name), 'utf8'))
    for (const source of sources) {
      const [, found] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? []
      if (found) shipped.add(found)
    }
  }
  expect(shipped).toContain('better-auth')
  const listed = libraries().map(nameOf)
  expect([...shipped].filter((name) => !listed.includes(name))).toEqual([])
  const graphql: { version: string } = JSON.parse(await readFile('node_modules/graphql/package.json', 'utf8'))
  expect(libraries().find((each) => nameOf(each) === 'graphql')).toMatchObject({
    version: graphql.version,
    purl: `pkg:npm/graphql@${graphql.version}`,
    licenses: [{ license: { id: 'MIT' } }],
  })
  // Code that the authors of another package put into theirs may have no version.
  const isBundled = ({ properties = [] }: Component) => properties.some(({ name }) => name === 'keyward:bundledIn')
  expect(libraries().filter((each) => !each.version && !isBundled(each))).toEqual([])
  expect(libraries().filter(({ purl }) => !purl?.startsWith('pkg:npm/'))).toEqual([])
  const nanoid = libraries().find((each) => nameOf(each) === 'nanoid' && isBundled(each))
  expect(nanoid).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  expect(nanoid?.properties).toContainEqual({ name: 'keyward:bundledIn', value: '@prisma/client' })
})

test('the SBOM lists console packages and PGlite, but no packages of Keyward or build tools', () => {
  const partsOf = (name: string) =>
    libraries()
      .find((each) => nameOf(each) === name)
      ?.properties?.map(({ value }) => value)
  expect(partsOf('react-dom')).toEqual(['console'])
  expect(partsOf('@electric-sql/pglite')).toEqual(['server'])
  const names = libraries().map(nameOf)
  expect(
    names.filter((name) => /^@keyward\/|^(?:vitest|vite|esbuild|typescript|tsx|@biomejs\/biome)$/.test(name)),
  ).toEqual([])
})

test('the SBOM contains the hash of every PGlite file', async () => {
  const files = components.filter(({ type }) => type === 'file')
  expect(files.map(({ name }) => name.replace(/^.*\//, ''))).toContain('pglite.wasm')
  for (const { name, hashes } of files) {
    const content = createHash('sha256')
      .update(await readFile(join(inject('build'), name)))
      .digest('hex')
    expect(hashes, name).toEqual([{ alg: 'SHA-256', content }])
  }
})

test('the contents table counts every file of the build', async () => {
  const entries = await readdir(inject('build'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const content = await contentOf(inject('build'))
  expect(content.reduce((sum, row) => sum + row.bytes, 0)).toBe(bytes)
  expect(content.map(({ kind }) => kind)).toContain('PGlite, with PostgreSQL')
  // As docs/production.md promises.
  expect(bytes).toBeLessThan(150_000_000)
  const total = `| **total** | ${files.length} | ${(bytes / 1_000_000).toFixed(2)} |`
  expect(contentTable(content).split('\n').at(-1)).toBe(total)
})
