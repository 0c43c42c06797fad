import { readFile, rename, stat } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKey, createOrganization } from '../../infra/world.ts'
import { eventsIn, Streaming, verify } from './streaming.ts'

let set: Streaming
beforeEach(async () => {
  set = await Streaming.open()
})
afterEach(() => set.close())

test('a file contains every event in order and can be verified without the database', async () => {
  const { secret } = await createKey(set.owner, set.organization.defaultProject, 'Website chat')
  await createOrganization(set.owner, 'Other')
  set.toFile()
  await createKey(set.owner, set.organization.defaultProject, 'Later')
  await set.isRead()
  const text = await readFile(set.file, 'utf8')
  const events = eventsIn(text)
  expect(events.filter(set.isOfAcme)).toMatchObject(await set.logOf())
  expect(verify(text)).toEqual({ status: 0, output: `${events.length} events of 2 organizations fit\n` })
  expect((await stat(set.file)).mode & 0o777).toBe(0o600)
  expect(text).toContain('Website chat')
  expect([secret, 'Secretname', '@people.example'].filter((part) => text.includes(part))).toEqual([])

  // The script finds each kind of damage.
  const lines = text.split('\n').slice(0, -1)
  const broken = (change: (lines: string[]) => string[]) => verify(`${change(lines).join('\n')}\n`)
  expect(broken((all) => all.toSpliced(1, 1)).output).toContain('does not follow the one before it')
  const edited = broken((all) => all.map((line) => line.replaceAll('Website chat', 'Website cham')))
  expect([edited.status, edited.output]).toEqual([1, expect.stringContaining('does not fit its hash')])
  expect(broken((all) => all.map((line) => line.replace('"action":"apiKey', '"action":"legacyKey'))).output).toContain(
    'does not repeat what its hash covers',
  )
  expect(broken((all) => [...all, ...all]).status).toBe(0)
  const renamed = broken((all) => all.map((line) => line.replace('"name":"Website chat"', '"name":"Website cham"')))
  expect(renamed.output).toContain('does not repeat what its hash covers')
  for (const name of ['hash', 'previousHash', 'canonical', 'actor'])
    expect(broken((all) => all.map((line) => line.replace(`"${name}":`, `"no${name}":`))).output).toBe(
      `${lines.map((_, index) => `line ${index + 1} is not a whole event`).join('\n')}\n`,
    )
})

test('after the old file was moved, a new file continues the same verifiable log', async () => {
  set.toFile()
  await set.isRead()
  await rename(set.file, `${set.file}.1`)
  await createKey(set.owner, set.organization.defaultProject, 'After the rotation')
  await set.isRead()
  const [before, after] = [await readFile(`${set.file}.1`, 'utf8'), await readFile(set.file, 'utf8')]
  expect(eventsIn(after).at(-1)?.target.name).toBe('After the rotation')
  expect(verify(before + after).status).toBe(0)
})
