import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const pages = [
  'README.md',
  'sdk/README.md',
  'sdk/examples/inference-server/README.md',
  'sdk/examples/react-keys/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** A page without its code, where brackets have another meaning. */
const prose = (page: string): string => readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')

/** The anchors of a page's headings, as GitHub generates them. A repeated heading gets a number. */
function anchorsOf(page: string): Set<string> {
  const counted = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = text.replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '').replaceAll(' ', '-')
    const before = counted.get(anchor) ?? 0
    counted.set(anchor, before + 1)
    anchors.add(before === 0 ? anchor : `${anchor}-${before}`)
  }
  return anchors
}

/** The reason why a link is broken. Null if it works. */
function fault(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(target)) return `${page}: there is no ${target}`
  if (anchor === undefined || statSync(target).isDirectory()) return null
  return anchorsOf(target).has(anchor) ? null : `${page}: ${target} has no heading #${anchor}`
}

// Only some commands make what a build has.
const ENTRIES = new Set(readdirSync('.').filter((name) => name !== 'dist'))

/** The paths of this repository in the code spans of a page, except patterns such as `bench/<id>.ts`. */
function namedPaths(page: string): string[] {
  const spans = [...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return [...new Set(spans)].filter((span) => /^[\w./-]+$/.test(span) && ENTRIES.has(span.split('/')[0] ?? ''))
}

describe('documentation pages', () => {
  test.each(pages)('%s: every link within the repository has an existing target', (page) => {
    const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const own = [...new Set(links)].filter((link) => !/^(https?|mailto):/.test(link))
    expect(own.flatMap((link) => fault(page, link) ?? [])).toEqual([])
  })

  test.each(pages)('%s: every repository path in a code span exists', (page) => {
    expect(namedPaths(page).filter((path) => !existsSync(path))).toEqual([])
  })

  // Failed with a page that installed the SDK from /tmp, where no page packs it.
  test('pages install packages from a folder that they packed them into', () => {
    const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n')
    const packed = [...text.matchAll(/--pack-destination "?\S*\/(\w+)"?/g)].map(([, folder]) => folder)
    const installed = [...text.matchAll(/(\S*)\/keyward-\w+-\*\.tgz/g)].map(([, folder = '']) => folder)
    expect(installed.length).toBeGreaterThan(2)
    expect(installed.filter((folder) => !packed.some((name) => folder === `./${name}`))).toEqual([])
  })

  // Failed with a path that was moved before the page was changed.
  test('the path check covers the files that docs/contributing.md names', () => {
    const paths = namedPaths('docs/contributing.md')
    expect(paths).toEqual(
      expect.arrayContaining(['server/http/listen.ts', 'schema/core/policy.ts', 'prisma/database.ts']),
    )
    expect(paths.length).toBeGreaterThan(20)
  })

  test('a link to a missing page, heading or second heading is detected', () => {
    expect(fault('README.md', 'docs/nothing.md')).toMatch(/there is no/)
    expect(fault('README.md', 'docs/sdk.md#nothing')).toMatch(/no heading/)
    expect(fault('README.md', 'docs/sdk.md#lists')).toBeNull()
    expect(fault('README.md', 'docs/sdk.md#lists-1')).toMatch(/no heading/)
  })
})
