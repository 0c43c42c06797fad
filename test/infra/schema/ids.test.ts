import { randomUUID } from 'node:crypto'
import { decodeAnyId, encodeId, ID_PREFIXES, type IdType, newId } from '@keyward/schema/core/ids'
import { expect, test } from 'vitest'

const TYPES = Object.keys(ID_PREFIXES) as IdType[]

// The TypeID library reads the id and writes it again.
test('ids are valid TypeIDs in canonical form', () => {
  const extremes = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
  const uuids = [...extremes, ...Array.from({ length: 2_000 }, (_, n) => (n % 2 === 0 ? newId() : randomUUID()))]
  for (const [index, uuid] of uuids.entries()) {
    const type = TYPES[index % TYPES.length] ?? 'ApiKey'
    expect(decodeAnyId(encodeId(type, uuid))).toEqual({ type, uuid })
  }
})
