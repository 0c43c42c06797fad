import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** An installed package that the build includes at least in part. */
export interface ShippedPackage {
  name: string
  /** Null if the package that contains it does not state the version. */
  version: string | null
  /** SPDX expression or other text. Null if the package states no license. */
  license: string | null
  /** Parts of the build that contain it: `server`, `console`. */
  parts: string[]
  /** The package that includes this package's code. Null for an installed package. */
  bundledIn: string | null
}

/** The folder of the installed package that contains a path. Null for Keyward's own code. */
const folderOf = (path: string): string | null =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/|$)/.exec(path.replace(/[?].*$/, ''))?.[0] ?? null

async function describe(root: string, folder: string): Promise<Omit<ShippedPackage, 'parts' | 'bundledIn'>> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
  return { name, version, license: typeof license === 'string' ? license : null }
}

/** Lists the installed packages whose files are in each part, by name and version. */
export async function packagesOf(root: string, parts: Record<string, Iterable<string>>): Promise<ShippedPackage[]> {
  const found = new Map<string, ShippedPackage>()
  for (const [part, paths] of Object.entries(parts)) {
    const folders = new Set([...paths].map(folderOf).filter((folder) => folder !== null))
    for (const folder of folders) {
      const described = await describe(root, folder)
      const key = `${described.name} ${described.version}`
      const known = found.get(key) ?? { ...described, parts: [], bundledIn: null }
      if (!known.parts.includes(part)) known.parts.push(part)
      found.set(key, known)
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

/** Matches a package's folder in pnpm's store, such as `@prisma+client@7.10.0_…`, and the package in it. */
const STORED = /\.pnpm\/((?:@[^/+]+\+)?[^/@]+)@([^/_(]+)[^/]*\/node_modules\//g

/**
 * Finds packages whose code is included in an installed package. The package's source maps name them, often with their
 * versions.
 * @param sources Sources in a build's source maps.
 */
export function bundledPackages(sources: Iterable<string>, installed: readonly ShippedPackage[]): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>()
  for (const source of sources) {
    const [, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? []
    const stored = [...source.matchAll(STORED)].map(
      ([, each = '', version = '']) => [each.replace('+', '/'), version] as const,
    )
    if (name === undefined) continue
    const version = stored.findLast(([each]) => each === name)?.[1] ?? null
    const isInstalled = installed.some((each) => each.name === name && (version === null || each.version === version))
    if (isInstalled) continue
    found.set(`${name} ${version}`, {
      name,
      version,
      license: null,
      parts: ['server'],
      bundledIn: stored[0]?.[0] ?? null,
    })
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}
