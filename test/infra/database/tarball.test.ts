import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packDirectory, unpackDirectory } from '../../../prisma/tarball.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyward-tar-'))
  await mkdir(join(folder, 'in', 'empty'), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('packing and unpacking a folder preserves empty folders and files of every length', async () => {
  for (const size of [0, 1, 511, 512, 513, 100_000]) {
    await writeFile(join(folder, 'in', `file${size}`), Buffer.alloc(size, size % 251))
  }
  const packed = await packDirectory(join(folder, 'in'))
  await unpackDirectory(packed, join(folder, 'out'))
  const names = await readdir(join(folder, 'out'), { recursive: true })
  expect(names.sort()).toEqual((await readdir(join(folder, 'in'), { recursive: true })).sort())
  for (const name of names.filter((each) => each.startsWith('file'))) {
    expect(await readFile(join(folder, 'out', name))).toEqual(await readFile(join(folder, 'in', name)))
  }
  expect(await packDirectory(join(folder, 'out'))).toEqual(packed)
})

test('a truncated or malformed tarball is rejected', async () => {
  await writeFile(join(folder, 'in', 'file'), Buffer.alloc(5000))
  const packed = await packDirectory(join(folder, 'in'))
  const out = join(folder, 'out')
  await expect(unpackDirectory(packed.subarray(0, packed.length / 2), out)).rejects.toThrow()
  await expect(unpackDirectory(gzipSync(Buffer.alloc(5000, 1)), out)).rejects.toThrow('Not a tar file')
  await expect(unpackDirectory(Buffer.from('no'), out)).rejects.toThrow()
})
