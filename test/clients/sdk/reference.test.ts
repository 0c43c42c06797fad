import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import * as documents from '../../../sdk/src/generated/documents.ts'

const PAGES = 'docs/reference'
const methods = Object.values(documents).map(({ name }) => (name.includes('.') ? name : `client.${name}`))
const pageOf = (method: string): string => readFileSync(`${PAGES}/${method.split('.')[0]}.md`, 'utf8')

/** The section of a method, from its heading to the next. */
function sectionOf(method: string): string {
  const [, after] = pageOf(method).split(`\n## ${method}\n`)
  return after?.split('\n## ')[0] ?? ''
}

const blocksOf = (section: string, language: string): string[] =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code.trim())

describe('docs/reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyward-reference-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(methods)('%s: the reference has the signature, the access, the retry behavior and a call', (method) => {
    const section = sectionOf(method)
    const [signature] = blocksOf(section, 'ts')
    expect(signature).toMatch(new RegExp(`^${method.split('.')[1]}\\(.*options\\?: \\w+Options\\): `))
    expect(section).toMatch(/\n- \*\*Access:\*\* .+\n- \*\*After a failure:\*\* .+\n- \*\*GraphQL:\*\* /)
    expect(section).toMatch(/\n(Returns|Lists|Yields) /)
    expect(blocksOf(section, 'js')).toEqual([expect.stringContaining(`${method.replace(/^client\./, '')}(`)])
  })

  test('the reference has no page without a resource', () => {
    const expected = [...new Set(methods.map((method) => `${method.split('.')[0]}.md`)), 'README.md', 'types.md']
    expect(readdirSync(PAGES).sort()).toEqual(expected.sort())
  })

  test('TypeScript accepts the calls in the reference', () => {
    const calls = methods.flatMap((method) => blocksOf(sectionOf(method), 'js'))
    expect(calls.length).toBe(methods.length)
    const functions = calls.map((call, index) => `export async function call${index}() {\n${call}\n}`)
    const program = `import { Keyward } from '@keyward/sdk'\nconst client = new Keyward()\n${functions.join('\n')}`
    writeFileSync(join(folder, 'calls.mts'), program)
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    const options = JSON.parse(readFileSync('tsconfig.json', 'utf8')).compilerOptions
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['calls.mts'] }))
    const tsc = resolve('node_modules/.bin/tsc')
    expect(spawnSync(tsc, ['--project', folder], { encoding: 'utf8' }).stdout).toBe('')
  })
})
