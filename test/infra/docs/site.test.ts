import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sidebar } from '../../../docs/.vitepress/config.ts'

// The site of `npx pnpm docs:serve`. A link to a page that does not exist fails the build.

let site: string
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'keyward-docs-'))
  await promisify(execFile)('npx', ['vitepress', 'build', 'docs', '--outDir', site])
})
afterAll(() => rm(site, { recursive: true, force: true }))

test('every page is built and listed in the sidebar', async () => {
  const listed = sidebar.flatMap(({ items }) =>
    (items ?? []).map(({ link }) => `${link?.slice(1).replace(/\/$/, '/README')}.md`),
  )
  const pages = (await readdir('docs', { recursive: true }))
    .filter((name) => name.endsWith('.md') && name !== 'index.md' && !name.startsWith('.vitepress'))
    .sort()
  expect(listed.toSorted()).toEqual(pages)
  const built = new Set(await readdir(site, { recursive: true }))
  const missing = pages
    .map((page) => page.replace('README', 'index').replace(/\.md$/, '.html'))
    .filter((page) => !built.has(page))
  expect(missing).toEqual([])
})

test('a link to a source file is shown as text, and a link to a heading works', async () => {
  // A whole page is too long for the message of an assertion.
  const has = async (page: string, text: string) => (await readFile(join(site, `${page}.html`), 'utf8')).includes(text)
  expect(await has('contributing', 'schema/core/policy.ts')).toBe(true)
  expect(await has('contributing', '.ts"')).toBe(false)
  expect(await has('notices', 'href="./webhooks#budget-alerts"')).toBe(true)
  expect(await has('webhooks', 'id="budget-alerts"')).toBe(true)
})
