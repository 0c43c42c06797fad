import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const BUILD = new URL('../../../console/dist/', import.meta.url)
const KILOBYTE = 1_000

interface Chunk {
  file: string
  imports?: string[]
}

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(new URL('manifest.json', BUILD), 'utf8'))

/** A chunk and everything that it imports before it runs. */
function loadedWith(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (!chunk || found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const imported of chunk.imports ?? []) loadedWith(imported, found)
  return found
}

test('the first load of the keys page takes at most 150 kB of compressed script', () => {
  const sizes = [...loadedWith('index.html')].map((file) => gzipSync(readFileSync(new URL(file, BUILD))).length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(total / KILOBYTE).toBeGreaterThan(50)
  expect(total / KILOBYTE).toBeLessThanOrEqual(150)
})

test('the console’s page contains no inline scripts or styles, and its file names contain hashes', () => {
  const page = readFileSync(new URL('index.html', BUILD), 'utf8')
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)/)
  for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g))
    expect(path).toMatch(/^\.\/assets\/[\w-]+-[\w-]{8}\.\w+$/)
})
