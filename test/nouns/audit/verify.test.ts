import { HeadSigner } from '@keyward/schema/audit/heads'
import { verifyAudit } from '@keyward/schema/audit/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { disarm, makeLog, rechain, reportOf, rowOf, signedLine, signer, verify } from './logs.ts'

let app: TestApp
let owner: Client

beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Olivia')
})
afterAll(() => app.close())

const [EARLY, LATE] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']

describe('an unedited audit log', () => {
  test('is intact with 2,500 events, times in microseconds and details of every kind', async () => {
    const organizationId = await makeLog(owner, 2_500)
    const lines = [
      await signedLine(app, organizationId, 1_000, EARLY),
      await signedLine(app, organizationId, 2_500, LATE),
    ]
    expect(await verify(app, lines)).toMatchObject({ fits: true, refusedLines: { count: 0 } })
    expect(await reportOf(app, organizationId, lines)).toMatchObject({
      name: 'Logged',
      events: 2_500n,
      signedHeads: 2,
      newestSignedHead: { sequence: 2_500n, at: LATE },
      problems: [],
    })
  })

  test('is intact while it grows', async () => {
    const verifyTwice = async () => [await verify(app), await verify(app)]
    const [reports] = await Promise.all([verifyTwice(), makeLog(owner, 1_500)])
    expect(reports.map(({ fits }) => fits)).toEqual([true, true])
  })
})

describe('an audit log that a superuser edited', () => {
  beforeAll(() => disarm(app))

  test.each([
    ['what was done', "action = 'apiKey.revoked'"],
    ['who did it', "actor_name = 'Somebody else'"],
    ['when, by a microsecond', "at = at + interval '1 microsecond'"],
    ['what it was done to', 'target_id = organization_id'],
    ['a detail', `details = details || '{"expiresAt": "2030-01-01T00:00:00.000Z"}'`],
    ['a detail that is no longer one', `details = '{"expiresAt": {"deep": 1.5}}'`],
    ['nothing but its own hash', 'hash = previous_hash'],
  ])('is reported with the edited row: %s', async (_what, change) => {
    const organizationId = await makeLog(owner, 6)
    const { id } = await rowOf(app, organizationId, 4)
    await app.database.sql(`UPDATE audit_event SET ${change} WHERE id = $1`, [id])
    expect(await reportOf(app, organizationId)).toMatchObject({
      events: 3n,
      problems: [{ organizationId, what: 'EDITED', sequence: 4n, eventId: id }],
    })
    expect(await verify(app)).toMatchObject({ fits: false })
  })

  test('is reported with one edited row among 2,500', async () => {
    const organizationId = await makeLog(owner, 2_500)
    const { id } = await rowOf(app, organizationId, 1_234)
    await app.database.sql('UPDATE audit_event SET target_name = $2 WHERE id = $1', [id, 'Another key'])
    expect(await reportOf(app, organizationId)).toMatchObject({
      events: 1_233n,
      problems: [{ what: 'EDITED', sequence: 1_234n, eventId: id }],
    })
  })

  test('is reported with an edited row whose own hash was recomputed', async () => {
    const organizationId = await makeLog(owner, 6)
    const { id } = await rowOf(app, organizationId, 4)
    await app.database.sql("UPDATE audit_event SET action = 'apiKey.revoked' WHERE id = $1", [id])
    await rechain(app, organizationId, 4, { to: 4, head: false })
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'REWRITTEN', sequence: 4n, eventId: id },
    ])
  })

  test('is reported with its last row if the row’s hash was recomputed and the head was not', async () => {
    const organizationId = await makeLog(owner, 6)
    const { id } = await rowOf(app, organizationId, 6)
    await app.database.sql("UPDATE audit_event SET action = 'apiKey.revoked' WHERE id = $1", [id])
    await rechain(app, organizationId, 6, { head: false })
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'REWRITTEN', sequence: 6n, eventId: id },
    ])
  })

  test('is reported with its first row if that row has a predecessor', async () => {
    const organizationId = await makeLog(owner, 3)
    const { id } = await rowOf(app, organizationId, 1)
    await app.database.sql("UPDATE audit_event SET previous_hash = decode(repeat('ff', 32), 'hex') WHERE id = $1", [id])
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'EDITED', sequence: 1n, eventId: id },
    ])
  })

  test.each([1, 3])('is reported with removed row %i', async (sequence) => {
    const organizationId = await makeLog(owner, 6)
    const { id } = await rowOf(app, organizationId, sequence)
    await app.database.sql('DELETE FROM audit_event WHERE id = $1', [id])
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'REMOVED', sequence: BigInt(sequence), eventId: null },
    ])
  })

  test('is reported with a removed row even if the later rows were renumbered', async () => {
    const organizationId = await makeLog(owner, 6)
    const [removed, next] = [await rowOf(app, organizationId, 3), await rowOf(app, organizationId, 4)]
    await app.database.sql('DELETE FROM audit_event WHERE id = $1', [removed.id])
    for (const sequence of [4, 5, 6]) {
      await app.database.sql(
        'UPDATE audit_event SET sequence = sequence - 1 WHERE organization_id = $1 AND sequence = $2',
        [organizationId, sequence],
      )
    }
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'REORDERED', sequence: 3n, eventId: next.id, message: expect.stringContaining('written as event 4') },
    ])
  })

  test('is reported with the first of two rows that were swapped', async () => {
    const organizationId = await makeLog(owner, 6)
    const [third, fifth] = [await rowOf(app, organizationId, 3), await rowOf(app, organizationId, 5)]
    for (const [id, sequence] of [
      [third.id, 99],
      [fifth.id, 3],
      [third.id, 5],
    ]) {
      await app.database.sql('UPDATE audit_event SET sequence = $2 WHERE id = $1', [id, sequence])
    }
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'REORDERED', sequence: 3n, eventId: fifth.id, message: expect.stringContaining('written as event 5') },
    ])
  })

  test('is reported with the first row that is missing at its end', async () => {
    const organizationId = await makeLog(owner, 6)
    await app.database.sql('DELETE FROM audit_event WHERE organization_id = $1 AND sequence > 4', [organizationId])
    expect(await reportOf(app, organizationId)).toMatchObject({
      events: 4n,
      problems: [{ what: 'REMOVED', sequence: 5n, eventId: null }],
    })
  })

  test('is reported with the first row beyond a head that was set back', async () => {
    const organizationId = await makeLog(owner, 6)
    const { hash } = await rowOf(app, organizationId, 4)
    await app.database.prisma.auditHead.update({ where: { organizationId }, data: { sequence: 4n, hash } })
    expect((await reportOf(app, organizationId)).problems).toMatchObject([{ what: 'HEAD', sequence: 5n }])
  })

  test('is reported if its head was deleted', async () => {
    const organizationId = await makeLog(owner, 3)
    await app.database.sql('DELETE FROM audit_head WHERE organization_id = $1', [organizationId])
    expect((await reportOf(app, organizationId)).problems).toMatchObject([
      { what: 'HEAD', message: expect.stringContaining('no row in audit_head') },
    ])
  })

  describe('and rehashed into an intact chain', () => {
    test('is detected by the signed heads if its end was cut off', async () => {
      const organizationId = await makeLog(owner, 6)
      const lines = [await signedLine(app, organizationId, 4, EARLY), await signedLine(app, organizationId, 6, LATE)]
      await app.database.sql('DELETE FROM audit_event WHERE organization_id = $1 AND sequence > 4', [organizationId])
      await rechain(app, organizationId, 1)
      expect((await reportOf(app, organizationId)).problems).toEqual([])
      expect((await reportOf(app, organizationId, lines)).problems).toMatchObject([
        { what: 'REMOVED', sequence: 5n, eventId: null, message: expect.stringContaining(LATE) },
      ])
    })

    test('a rewritten and re-signed log is detected by the signed heads', async () => {
      const organizationId = await makeLog(owner, 8)
      const lines = [await signedLine(app, organizationId, 3, EARLY), await signedLine(app, organizationId, 6, LATE)]
      const { id } = await rowOf(app, organizationId, 5)
      await app.database.sql("UPDATE audit_event SET actor_name = 'Somebody else' WHERE id = $1", [id])
      await rechain(app, organizationId, 5)
      lines.push(await signedLine(app, organizationId, 8, '2026-01-03T00:00:00.000Z'))
      expect((await reportOf(app, organizationId)).problems).toEqual([])
      const [problem, ...others] = (await reportOf(app, organizationId, lines)).problems
      expect(others).toEqual([])
      expect(problem).toMatchObject({
        what: 'REWRITTEN',
        sequence: 6n,
        eventId: (await rowOf(app, organizationId, 6)).id,
        message: `was rewritten since its hash was signed at ${LATE}; at least one of the events 4 to 6 was rewritten`,
      })
    })

    // Failed while an emptied file of signed heads left "All valid".
    test('is reported if it has no signed head and is older than ten minutes', async () => {
      const organizationId = await makeLog(owner, 3)
      expect((await reportOf(app, organizationId)).problems).toEqual([])
      await app.database.sql(
        "UPDATE audit_event SET at = date_trunc('milliseconds', at) - interval '1 hour' WHERE organization_id = $1",
        [organizationId],
      )
      await rechain(app, organizationId, 1)
      const lines = [await signedLine(app, organizationId, 2, EARLY)]
      expect((await reportOf(app, organizationId, lines)).problems).toEqual([])
      const { id } = await rowOf(app, organizationId, 1)
      expect((await reportOf(app, organizationId)).problems).toMatchObject([
        { what: 'UNSIGNED', sequence: 1n, eventId: id },
      ])
      // Without the file, the chain is all that can be checked.
      const { organizations } = await verifyAudit(app.database, { heads: null })
      expect(organizations.find((each) => each.organizationId === organizationId)?.problems).toEqual([])
    })

    test('is reported if a whole organization was deleted', async () => {
      const organizationId = '01a20758-d408-72f4-8de8-de90218093e8'
      const line = signer.sign({ organizationId, sequence: '3', hash: '0'.repeat(64), at: EARLY })
      expect(await reportOf(app, organizationId, [line])).toMatchObject({
        name: null,
        problems: [{ what: 'REMOVED', sequence: 1n }],
      })
    })
  })

  test('is verified by its genuine signed heads only', async () => {
    const organizationId = await makeLog(owner, 3)
    const genuine = await signedLine(app, organizationId, 2, EARLY)
    const foreign = new HeadSigner({ id: 'first', key: Buffer.alloc(32, 7) })
    const unknown = new HeadSigner({ id: 'second', key: Buffer.alloc(32, 7) })
    const head = { organizationId, sequence: '3', hash: '0'.repeat(64), at: LATE }
    const lines = [
      genuine,
      genuine.replace('"sequence":"2"', '"sequence":"3"'),
      foreign.sign(head),
      unknown.sign(head),
      genuine.slice(0, 50),
      '',
    ]
    const report = await verify(app, lines)
    expect(report.fits).toBe(false)
    expect(report.refusedLines).toEqual({
      count: 4,
      first: [
        { line: 2, reason: 'its signature is wrong' },
        { line: 3, reason: 'its signature is wrong' },
        { line: 4, reason: 'it was signed under the key-encryption key "second", which is not configured' },
        { line: 5, reason: 'it is not a signed head' },
      ],
    })
    expect(await reportOf(app, organizationId, lines)).toMatchObject({ signedHeads: 1, problems: [] })
  })
})
