import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileSpool } from '@keyward/sdk/gateway/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Listener, listen } from '../../../server/http/listen.ts'
import { type BadNetwork, startBadNetwork } from '../../infra/network/bad-network.ts'
import { chanceOf } from '../../nouns/usage/chance.ts'
import { type ReportedWorld, startReportedWorld } from './usage-setting.ts'

const RECORDER = new URL('recorder.ts', import.meta.url).pathname
/** Number of events that each process accepts before it is killed. */
const TAKEN = process.env.KEYWARD_NIGHTLY === '1' ? 20_000 : 300
/** Number of unrecorded events, which are printed at once while the network is slow. */
const PENDING = TAKEN / 6

let world: ReportedWorld
let server: Listener
let network: BadNetwork
let directory: string
beforeAll(async () => {
  world = await startReportedWorld()
  server = await listen(world.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
  network = await startBadNetwork(Number(new URL(server.url).port), chanceOf(7))
  directory = await mkdtemp(join(tmpdir(), 'keyward-spool-'))
})
afterAll(async () => {
  await network?.close()
  await world?.close()
  await server?.stop(1_000)
  await rm(directory, { recursive: true, force: true })
})

/** Runs a recorder until it has accepted enough events, kills it, and returns the events that it printed. */
async function killedRecorder(credentialId: string, name: string): Promise<string[]> {
  // Some calls fail after the server has handled them, so the spool also contains recorded events.
  const given = [RECORDER, `http://127.0.0.1:${network.port}`, directory, credentialId, name, String(PENDING)]
  const child = spawn(process.execPath, ['--import', 'tsx', ...given], {
    env: { PATH: process.env.PATH, KEYWARD_TOKEN: world.gatewayToken },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: string[] = []
  const ended = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length === TAKEN) child.kill('SIGKILL')
  }
  expect((await ended)[1]).toBe('SIGKILL')
  return said
}

test('usage events of a killed gateway are recorded once by the next process', async () => {
  const { id, projectId } = await world.newKey()
  const first = await killedRecorder(id, 'first')
  // It takes over the events of the first process, and leaves some of its own.
  const second = await killedRecorder(id, 'second')

  const gateway = world.open({ usage: { spool: fileSpool(directory) } })
  await gateway.ready()
  await gateway.close()
  const rows = await world.database.sql<{ id: string }>(`SELECT id FROM usage_record`)
  const recorded = new Set(rows.map((row) => row.id))
  const missing = [...first, ...second].filter((eventId) => !recorded.has(eventId))
  expect(missing).toEqual([])
  // One token each, so the printed events add up to the recorded ones.
  expect(await world.recorded(projectId)).toEqual({ events: recorded.size, nanos: recorded.size * 1_000 })
  expect(await readdir(directory)).toEqual([])
})
