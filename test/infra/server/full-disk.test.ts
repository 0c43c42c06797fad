import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { type Client, newSecrets, ORIGIN, startAppOn, type TestApp } from '../app.ts'
import { testDatabaseKind } from '../database.ts'
import { type OwnPostgresql, startPostgresql } from '../postgresql-server.ts'
import { keepOwner } from '../postgresql-standby.ts'
import { createKey, createOrganization } from '../world.ts'

/** Whether this process may mount a file system, which a full one needs. */
function mayMount(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
}
const canRun = testDatabaseKind === 'postgresql' && mayMount()
const why = testDatabaseKind === 'postgresql' && !canRun ? ' (skipped: file systems cannot be mounted here)' : ''

describe.skipIf(!canRun)(`PostgreSQL runs out of space${why}`, () => {
  let folder: string
  let postgresql: OwnPostgresql
  let app: TestApp
  let owner: Client
  let project: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyward-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder])
    postgresql = await startPostgresql({})
    const space = join(folder, 'space')
    await mkdir(space)
    keepOwner(postgresql.directory, folder)
    const admin = await openDatabase(postgresql.url)
    await admin.prisma.$executeRawUnsafe(`CREATE TABLESPACE small LOCATION '${space}'`)
    await admin.prisma.$executeRawUnsafe('CREATE DATABASE keyward TABLESPACE small')
    await admin.close()
    const url = new URL(postgresql.url)
    url.pathname = '/keyward'
    const database = await openDatabase(url.href)
    await migrate(database)
    app = await startAppOn(database, () => database.close(), newSecrets())
    owner = await app.signUp('Owner')
    project = (await createOrganization(owner, 'Full')).defaultProject
  })
  afterAll(async () => {
    await app?.close()
    await postgresql?.stop()
    execFileSync('umount', ['--lazy', folder])
    await rm(folder, { recursive: true, force: true })
  })

  const health = async (check: string) => {
    const response = await app.app.fetch(new Request(`${ORIGIN}/health/${check}`))
    return [response.status, (await response.json()).status]
  }

  // Failed while a full disk was INTERNAL with a 200, and readiness did not tell.
  test('writes fail as UNAVAILABLE, while reads and decisions continue', async () => {
    const key = await createKey(owner, project, 'before')
    expect(await health('ready')).toEqual([200, 'ready'])
    const ballast = join(folder, 'ballast')
    await writeFile(ballast, Buffer.alloc(64 * 1024 * 1024)).catch(({ code }) => expect(code).toBe('ENOSPC'))
    const codes = new Set<string>()
    for (let count = 0; count < 2_000 && !codes.has('UNAVAILABLE'); count += 1) {
      const { errors } = await owner.ask(
        `mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { __typename } }`,
        { input: { projectId: project, name: `key ${count}` } },
      )
      codes.add(errors?.[0]?.extensions.code ?? 'OK')
    }
    expect([...codes].sort()).toEqual(['OK', 'UNAVAILABLE'])
    for (const check of ['ready', 'authorize']) expect(await health(check)).toEqual([200, 'no space for writes'])
    const { data } = await owner.ask('query ($id: ID!) { node(id: $id) { ... on ApiKey { name } } }', { id: key.id })
    expect(data).toEqual({ node: { name: 'before' } })
    const decided = await app.app.runtime.verifier.verify({ secret: key.secret })
    expect(decided.allowed).toBe(true)

    await rm(ballast)
    await createKey(owner, project, 'after')
    await expect.poll(() => health('ready'), { timeout: 120_000 }).toEqual([200, 'ready'])
  })
})
