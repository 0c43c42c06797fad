import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'

const files = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

// Failed while pages and migrations were not inputs: `pnpm start` served the old ones after they had changed.
test('the build is outdated after a change to any page, migration or example in it', async () => {
  const build = inject('build')
  const inputs: Record<string, number> = JSON.parse(await readFile(join(build, 'inputs.json'), 'utf8'))
  const assets = (await files(join(build, 'assets'))).filter((path) => !/^@(electric-sql|prisma)\//.test(path))
  expect(assets.length).toBeGreaterThan(15)
  expect(assets.filter((path) => inputs[path] === undefined)).toEqual([])
  // A new migration changes its folder.
  expect(inputs['prisma/migrations']).toBe((await stat('prisma/migrations')).mtimeMs)
})

// Failed while the compiler was a string of a module: it stayed in memory as source and as a string.
test('the build contains Prisma’s compiler as a file, not as base64', async () => {
  const build = inject('build')
  const compilers = (await files(build)).filter((path) => path.includes('query_compiler') && !path.endsWith('.map'))
  const sizes = await Promise.all(compilers.map(async (path) => [path, (await stat(join(build, path))).size] as const))
  const [file, ...others] = sizes.filter(([, size]) => size > 10_000)
  expect(file?.[0]).toMatch(/\.wasm$/)
  expect(others).toEqual([])
})
