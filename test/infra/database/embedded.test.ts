import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../prisma/database.ts'
import { DatabaseBusyError, DatabaseDamagedError, DatabaseNewerError } from '../../../prisma/errors.ts'
import { migrate } from '../../../prisma/migrate.ts'
import { insertOrganization } from './rows.ts'

let folder: string
let directory: string
let url: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyward-embedded-'))
  directory = join(folder, 'database')
  url = `embedded:${directory}`
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Creates the database with one organization and closes it. */
async function make(): Promise<void> {
  const database = await openDatabase(url)
  await migrate(database)
  await insertOrganization(database)
  await database.close()
}

async function countOrganizations(): Promise<number> {
  const database = await openDatabase(url)
  const count = await database.prisma.organization.count()
  await database.close()
  return count
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

describe('the embedded database', () => {
  test('keeps its data when reopened, in a directory that only its owner can read', async () => {
    await make()
    const database = await openDatabase(url)
    expect(await database.prisma.organization.count()).toBe(1)
    expect(await modeOf(directory)).toBe(0o700)
    expect(await modeOf(join(directory, '.s.PGSQL.5432'))).toBe(0o600)
    await database.close()
    await database.close()
    expect(await readdir(directory)).toEqual(['data'])
  })

  test('starts from the snapshot without pending migrations', async () => {
    const database = await openDatabase(url)
    expect(await migrate(database)).toEqual({ applied: [] })
    await database.close()
  })

  test('opens in a directory whose path is too long for a socket', async () => {
    directory = join(folder, 'x'.repeat(120), 'database')
    url = `embedded:${directory}`
    await make()
    expect(await countOrganizations()).toBe(1)
    expect(await readdir(directory)).toEqual(['data'])
  })

  test('cannot be opened twice in one process', async () => {
    const database = await openDatabase(url)
    await expect(openDatabase(url)).rejects.toThrow(DatabaseBusyError)
    await expect(database.sql('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }])
    await database.close()
  })

  test('cannot be opened by two processes, and loses no data if its process is killed', async () => {
    await make()
    const other = join(folder, 'other.mts')
    const prisma = `${process.cwd()}/prisma`
    await writeFile(
      other,
      `import { openDatabase } from '${prisma}/database.ts'
       const database = await openDatabase('${url}')
       await database.sql("INSERT INTO organization (id, name) SELECT gen_random_uuid(), 'x' WHERE false")
       await database.prisma.user.create({ data: { id: crypto.randomUUID(), name: 'Jo', email: 'jo@example.com' } })
       console.log('open')
       setInterval(() => {}, 1000)`,
    )
    const child = spawn(process.execPath, ['--import', 'tsx', other], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    const refused = openDatabase(url)
    await expect(refused).rejects.toThrow(DatabaseBusyError)
    await expect(refused).rejects.toThrow(`process ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const database = await openDatabase(url)
    expect(await database.prisma.user.count({ where: { email: 'jo@example.com' } })).toBe(1)
    await database.close()
  })

  test.each([
    ['a process that does not exist', '999999999 1'],
    ['a process that got the same id later', `${process.ppid} 1`],
    ['this process before it was restarted', `${process.pid} 1`],
    ['an empty file', ''],
  ])('takes over a lock of %s', async (_name, owner) => {
    await make()
    await writeFile(join(directory, 'lock'), owner)
    expect(await countOrganizations()).toBe(1)
  })

  test('starts again after an interrupted first start', async () => {
    await mkdir(join(directory, 'data', 'base'), { recursive: true })
    await writeFile(join(directory, 'initializing'), '')
    await make()
    expect(await countOrganizations()).toBe(1)
  })

  test.each<[string, (data: string) => Promise<unknown>]>([
    ['PG_VERSION is missing', (data) => rm(join(data, 'PG_VERSION'))],
    ['global/pg_control is missing', (data) => rm(join(data, 'global', 'pg_control'))],
    ['global/pg_control has 100 bytes', (data) => writeFile(join(data, 'global', 'pg_control'), Buffer.alloc(100))],
    ['pg_wal is missing', (data) => rm(join(data, 'pg_wal'), { recursive: true })],
    ['base is missing', (data) => rm(join(data, 'base'), { recursive: true })],
    ['incompatible with server', (data) => writeFile(join(data, 'global', 'pg_control'), Buffer.alloc(8192))],
    ['invalid page', (data) => writeFile(join(data, 'base', '5', '1259'), Buffer.alloc(8192, 7))],
    ['checkpoint record', (data) => emptyFiles(join(data, 'pg_wal'))],
  ])('reports a damaged directory as DatabaseDamagedError and leaves it unchanged: %s', async (says, damage) => {
    await make()
    const data = join(directory, 'data')
    await damage(data)
    const before = await readdir(directory, { recursive: true })
    const refused = openDatabase(url)
    await expect(refused).rejects.toThrow(DatabaseDamagedError)
    await expect(refused).rejects.toThrow(says)
    const caches = /pg_internal\.init$/
    const after = await readdir(directory, { recursive: true })
    expect(after.filter((path) => !caches.test(path))).toEqual(before.filter((path) => !caches.test(path)))
    // The damaged directory is not replaced.
    await expect(openDatabase(url)).rejects.toThrow(DatabaseDamagedError)
  })

  test('rejects a data directory of a newer PostgreSQL version without changing it', async () => {
    await make()
    const file = join(directory, 'data', 'PG_VERSION')
    await writeFile(file, '19\n')
    await expect(openDatabase(url)).rejects.toThrow(DatabaseNewerError)
    await writeFile(file, '18\n')
    expect(await countOrganizations()).toBe(1)
  })

  test('rejects a path that is a file, without changing the file', async () => {
    await writeFile(directory, 'mine')
    await expect(openDatabase(url)).rejects.toThrow(DatabaseDamagedError)
    expect(await readFile(directory, 'utf8')).toBe('mine')
  })

  test('removes the files of an in-memory database when it is closed', async () => {
    const before = await readdir(tmpdir())
    const database = await openDatabase('embedded-memory:')
    const made = (await readdir(tmpdir())).filter(
      (name) => !before.includes(name) && name.startsWith('keyward-memory-'),
    )
    expect(made.length).toBeGreaterThan(0)
    await database.close()
    const left = await Promise.all(
      made.map((name) =>
        access(join(tmpdir(), name)).then(
          () => 1,
          () => 0,
        ),
      ),
    )
    expect(left).toContain(0)
  })
})

async function emptyFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.length === 24) await writeFile(join(folder, name), Buffer.alloc(16 << 20))
  }
}
