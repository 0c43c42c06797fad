import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

/** How many rules the product is built by. */
const RULES = 20

test(`each of the ${RULES} rules has a test that names it`, async () => {
  const files = await readdir(import.meta.dirname)
  const sources = await Promise.all(files.map((file) => readFile(`${import.meta.dirname}/${file}`, 'utf8')))
  const named = new Set(
    [...sources.join().matchAll(/test(?:\.each\(.*\))?\(\s*['"`]rule (\d\d): /g)].map(([, rule]) => rule),
  )
  const rules = Array.from({ length: RULES }, (_, index) => String(index + 1).padStart(2, '0'))
  expect(rules.filter((rule) => !named.has(rule))).toEqual([])
})
