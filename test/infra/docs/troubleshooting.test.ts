import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const LINE = /\blog\.(?:warn|error)\(\s*'([^']+)'/g

// Red without the row of any of them.
test('every warning and error that the server logs has a row in docs/operations/troubleshooting.md', () => {
  const files = readdirSync('server', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  )
  const messages = files.flatMap((file) =>
    [...readFileSync(join('server', file), 'utf8').matchAll(LINE)].map(([, message = '']) => message),
  )
  expect(messages.length).toBeGreaterThan(15)
  const page = readFileSync('docs/operations/troubleshooting.md', 'utf8')
  expect([...new Set(messages)].filter((message) => !page.includes(`\`${message}\``))).toEqual([])
})
