import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library'
import { PackageURL } from 'packageurl-js'
import type { ShippedPackage } from './packages.ts'

/** The build folder that contains only files of an installed package, PGlite. */
const ASSETS = 'assets/@electric-sql'

/** Paths of all files in a folder, sorted. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

function licensesOf(license: string | null): Models.LicenseRepository {
  if (license === null) return new Models.LicenseRepository()
  const isId = SPDX.isSupportedSpdxId(license)
  return new Models.LicenseRepository([isId ? new Models.SpdxLicense(license) : new Models.NamedLicense(license)])
}

function componentOf({ name, version, license, parts, bundledIn }: ShippedPackage): Models.Component {
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const purl = new PackageURL('npm', scope, bare ?? name, version ?? undefined, undefined, undefined).toString()
  const properties = new Models.PropertyRepository(parts.map((part) => new Models.Property('keyward:part', part)))
  if (bundledIn !== null) properties.add(new Models.Property('keyward:bundledIn', bundledIn))
  return new Models.Component(Enums.ComponentType.Library, bare ?? name, {
    bomRef: purl,
    purl,
    properties,
    licenses: licensesOf(license),
    ...(version === null ? {} : { version }),
    ...(scope === undefined ? {} : { group: scope }),
  })
}

/** Describes a build's contents: installed packages, and PGlite's files, which contain PostgreSQL. */
export async function sbomOf(build: string, version: string): Promise<string> {
  const packages: ShippedPackage[] = JSON.parse(await readFile(join(build, 'packages.json'), 'utf8'))
  const bom = new Models.Bom()
  bom.metadata.component = new Models.Component(Enums.ComponentType.Application, 'keyward', {
    bomRef: 'keyward',
    version,
  })
  for (const each of packages) {
    const component = componentOf(each)
    bom.components.add(component)
    bom.metadata.component.dependencies.add(component.bomRef)
  }
  for (const name of (await filesOf(build)).filter((path) => path.startsWith(ASSETS))) {
    const hash = createHash('sha256')
      .update(await readFile(join(build, name)))
      .digest('hex')
    const hashes = new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], hash]])
    bom.components.add(new Models.Component(Enums.ComponentType.File, name, { bomRef: name, hashes }))
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`
}

/** The kind of contents that a build file belongs to. */
function kindOf(path: string): string {
  if (path.endsWith('.map')) return 'source maps'
  if (path.startsWith(ASSETS)) return 'PGlite, with PostgreSQL'
  if (path.startsWith('assets/console/')) return 'console'
  if (path.startsWith('assets/prisma/')) return 'migrations and the embedded database’s snapshot'
  if (path.startsWith('assets/')) return 'other files that modules read'
  if (path.endsWith('.js')) return 'JavaScript of the server and both commands'
  return 'lists and licenses'
}

/** One row per kind of contents, the largest first. */
export interface Content {
  kind: string
  files: number
  bytes: number
}

/** Measures the contents of a build, by kind. */
export async function contentOf(build: string): Promise<Content[]> {
  const rows = new Map<string, Content>()
  for (const path of await filesOf(build)) {
    const kind = kindOf(path)
    const row = rows.get(kind) ?? { kind, files: 0, bytes: 0 }
    row.files += 1
    row.bytes += (await stat(join(build, path))).size
    rows.set(kind, row)
  }
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes)
}

/** Formats the contents as a Markdown table. */
export function contentTable(content: readonly Content[]): string {
  const total = content.reduce((sum, { files, bytes }) => ({ files: sum.files + files, bytes: sum.bytes + bytes }), {
    files: 0,
    bytes: 0,
  })
  const row = ({ kind, files, bytes }: Content) => `| ${kind} | ${files} | ${(bytes / 1_000_000).toFixed(2)} |`
  return [
    '| content | files | MB |',
    '| --- | ---: | ---: |',
    ...[...content, { kind: '**total**', ...total }].map(row),
  ].join('\n')
}
