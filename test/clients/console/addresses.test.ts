import { expect, test } from 'vitest'
import { pathAfterSignIn } from '../../../console/src/app/next.ts'
import { keysSearch, withoutSecret } from '../../../console/src/keys/search.ts'

// Failed before: URLs are read without tabs and line breaks, so that `/\t/evil.example` led to another site.
test('sign-in redirects only to paths of the console or to GraphiQL', () => {
  const origin = 'https://keys.example'
  for (const next of ['/', '/keys?q=a%20b', '/keys?q=/../', '/keys/..a/...', '/projects/prj_1#limits', '/a//b']) {
    expect(pathAfterSignIn(next)).toBe(next)
  }
  expect(pathAfterSignIn('graphiql')).toBe('/graphql')
  const others = ['//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example', '/\r/e.example', '/a\\b']
  // Failed before: under the prefix `/keys`, these led to another application of the host.
  const outside = ['/..', '/../other', '/a/./b', '/%2e%2E/other', '/.%2e?q=1', '/%2e#x']
  for (const next of [...outside, undefined, '', 'https://evil.example', 'javascript:alert(1)', ...others]) {
    expect([next, pathAfterSignIn(next)]).toEqual([next, '/'])
    expect(new URL(pathAfterSignIn(next), origin).origin).toBe(origin)
  }
})

// Failed before for secrets with a word before them.
test('a secret pasted into the search box is shortened before it is used', () => {
  const secret = `kw_proj_${'a1B2'.repeat(12)}`
  const foreign = `sk-${'x'.repeat(40)}`
  for (const pasted of [secret, ` ${secret}`, `Bearer ${secret}`, `Authorization: Bearer ${secret}`]) {
    expect(withoutSecret(pasted)).toContain('kw_proj_a1B2a1')
    expect(withoutSecret(pasted)).not.toContain('kw_proj_a1B2a1B')
    expect(keysSearch({ q: pasted }).q).not.toContain('kw_proj_a1B2a1B')
  }
  for (const pasted of [foreign, `Bearer ${foreign}`]) expect(withoutSecret(pasted)).not.toContain('x'.repeat(6))
  for (const typed of ['chat backend', 'chat ', 'kw_proj_a1', 'ünïcode']) expect(withoutSecret(typed)).toBe(typed)
})
