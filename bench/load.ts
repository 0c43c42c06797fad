import { closedLoop } from './closed-loop.ts'
import { openLoop, quantile } from './open-loop.ts'
import { type Load, requestsOf } from './requests.ts'

/* The load generator: a process that runs one load at a time on request. */

const SETTLING_MS = 3_000

const checkOf = (forbidden: string | undefined) =>
  forbidden === undefined
    ? undefined
    : (body: Buffer) => {
        if (body.includes(forbidden)) throw new Error(`Answered: ${body.toString('utf8').slice(0, 600)}`)
      }

async function run({ url, connections, seconds, rate, warmUp, forbidden, ...load }: Load): Promise<void> {
  const { warming, settling, measured } = requestsOf({ url, ...load })
  const check = checkOf(forbidden)
  await closedLoop({ url, connections, next: warming, check, until: performance.now() + warmUp * 1_000 })
  await closedLoop({ url, connections, next: settling, check, until: performance.now() + SETTLING_MS })
  process.send?.({ begins: true })
  const began = performance.now()
  if (rate !== undefined) {
    const { ofRequests, ofSending } = await openLoop({ url, connections, next: measured, check, rate, seconds })
    process.send?.({
      answered: ofRequests.length,
      p50: quantile(ofRequests, 0.5),
      p99: quantile(ofRequests, 0.99),
      p999: quantile(ofRequests, 0.999),
      sendingP99: quantile(ofSending, 0.99),
    })
    return
  }
  const answered = await closedLoop({ url, connections, next: measured, check, until: began + seconds * 1_000 })
  process.send?.({ answered, seconds: (performance.now() - began) / 1_000 })
}

process.on('message', (load: Load) => {
  run(load).catch((error: unknown) => process.send?.({ error: error instanceof Error ? error.message : 'unknown' }))
})
process.once('disconnect', () => process.exit(0))
