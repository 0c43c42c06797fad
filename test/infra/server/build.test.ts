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
  const assets = (await files(join(build, 'assets'))).filter((path) => !path.startsWith('@electric-sql/'))
  expect(assets.length).toBeGreaterThan(15)
  expect(assets.filter((path) => inputs[path] === undefined)).toEqual([])
  // A new migration changes its folder.
  expect(inputs['prisma/migrations']).toBe((await stat('prisma/migrations')).mtimeMs)
})
