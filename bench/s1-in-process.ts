import { hash } from 'node:crypto'
import type { ApiKeyVerification } from '@keyward/sdk'
import type { Benchmark, Contender } from './benchmark.ts'
import { importBundled } from './bundled.ts'
import { aMillionKeys } from './key-sets.ts'
import { secretOf } from './secrets.ts'

/** Number of keys requested in turn. */
const IN_USE = 100
/** Calls per chunk. Between chunks, the loop checks the clock and lets other work in the process run. */
const CHUNK = 2_000
/** Number of warm-up chunks. A lease's size follows recent demand. */
const WARM_UP = 300
const ASK = { workload: 'INFERENCE', estimatedCost: '0.000001' } as const

/** Returns a string without a cached hash, like a string from a request. */
const fresh = (secret: string): string => Buffer.from(secret, 'latin1').toString('latin1')

export const benchmark: Benchmark = {
  id: 'S1',
  title: 'In-process verification',
  unit: 'verifications/s',
  async open(world) {
    const { url, made } = await aMillionKeys(world)
    const server = await world.keyward({ DATABASE_URL: url })
    const { createGateway } = await importBundled<typeof import('@keyward/sdk/gateway')>('@keyward/sdk/gateway')
    const gateway = createGateway({ baseUrl: server.url, token: made.gateway })
    await gateway.ready()
    // Keys alternate: the first of each pair has no limits, the second has limits.
    const secretsOf = (first: number) => Array.from({ length: IN_USE }, (_, index) => secretOf(index * 2 + first))
    const unlimited = secretsOf(0)
    const limited = secretsOf(1)
    const known = new Map(unlimited.map((secret) => [hash('sha256', secret), secret]))

    /** Runs chunks for one round. Time spent generating secrets does not count. */
    const contender = (
      name: string,
      secrets: string[],
      run: (given: string[]) => Promise<number> | number,
    ): Contender => ({
      name,
      async measure() {
        const chunkOf = (start: number) =>
          Array.from({ length: CHUNK }, (_, index) => fresh(secrets[(start + index) % IN_USE] ?? ''))
        // Caches every key and leases its limits before the clock starts.
        for (let time = 0; time < WARM_UP; time += 1) await run(chunkOf(0))
        let done = 0
        let spent = 0
        let cpu = 0
        while (spent < world.size.seconds * 1_000) {
          const given = chunkOf(done)
          const before = process.cpuUsage()
          const began = performance.now()
          const passed = await run(given)
          spent += performance.now() - began
          const { user, system } = process.cpuUsage(before)
          cpu += user + system
          if (passed !== CHUNK) throw new Error(`${name}: ${CHUNK - passed} of ${CHUNK} did not pass`)
          done += CHUNK
          await new Promise((resolve) => setImmediate(resolve))
        }
        // Counts CPU time, because the goal is per core and other processes share the machine.
        return { value: (done / cpu) * 1_000_000, cpuMicros: cpu / done }
      },
    })
    const isAccepted = ({ __typename }: ApiKeyVerification) => __typename === 'ApiKeyAllowed'
    const authorize = async (given: string[]): Promise<number> => {
      let passed = 0
      for (const secret of given) if (isAccepted(await gateway.authorize(secret, ASK))) passed += 1
      return passed
    }
    const reference = contender('SHA-256 and a Map', unlimited, (given) => {
      let found = 0
      for (const secret of given) if (known.has(hash('sha256', secret))) found += 1
      return found
    })
    const free = contender('known keys', unlimited, authorize)
    const bounded = contender('known keys, with a rate limit and a budget', limited, authorize)
    return {
      contenders: [reference, free, bounded],
      goals: [free, bounded].flatMap((subject) => [
        { name: 'one SHA-256 and one Map look-up', subject, reference, atLeast: 0.5 },
        { name: 'one core', subject, valueAtLeast: 300_000 },
      ]),
      async close() {
        await gateway.close()
        await server.stop()
      },
    }
  },
}
