import { createGateway } from '@keyward/sdk/gateway'
import { fileSpool } from '@keyward/sdk/gateway/node'

/*
 * A gateway in a process of its own that records usage until somebody kills it, and says of every event that it is taken on:
 * recorder.ts URL DIRECTORY CREDENTIAL NAME PENDING, with KEYWARD_TOKEN.
 */

const [url = '', directory = '', credentialId = '', name = '', pending = ''] = process.argv.slice(2)
const gateway = createGateway({
  url,
  token: process.env.KEYWARD_TOKEN ?? '',
  usage: { spool: fileSpool(directory), maxPending: Number(pending) },
})

/** One after the other, so that there are always some on their way into the spool. */
async function lane(number: number): Promise<void> {
  for (let index = 0; ; index += 1) {
    const eventId = `${name}-${number}-${index}`
    const units = [{ lineItem: 'INPUT_TOKENS', quantity: 1 }] as const
    await gateway.record({ eventId, credentialId, workload: 'INFERENCE', model: 'public/chat', units })
    process.stdout.write(`${eventId}\n`)
  }
}

await Promise.all([0, 1, 2, 3].map(lane))
