import { readFileSync } from 'node:fs'
import { QUESTION_HEADERS } from '@keyward/server/forward-auth/question'
import { expect, test } from 'vitest'

/** The headers that an nginx configuration sets or clears where it asks `/authorize`. */
function headersSetIn(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const place = text.slice(text.indexOf('location = /keyward {'))
  const block = place.slice(0, place.search(/\n\s*\}/))
  return [...block.matchAll(/proxy_set_header (Keyward-[\w-]+) /gi)].map(([, name = '']) => name.toLowerCase())
}

// Failed before: a client could name its own consumer and resource, and so charge the limits of another end customer.
test.each(['docs/verification.md'])(
  'the nginx configuration in %s sets or clears every header that /authorize reads',
  (file) => {
    expect(headersSetIn(file).sort()).toEqual(['keyward-gateway', ...Object.values(QUESTION_HEADERS)].sort())
  },
)

test.each([
  ['docs/recipes.md', 'request_header -Keyward-*'],
  ['docs/verification.md', 'remove_on_match: { key_matcher: { prefix: keyward-, ignore_case: true } }'],
])('%s removes every Keyward header of a client: %s', (file, line) => {
  expect(readFileSync(file, 'utf8')).toContain(line)
})
