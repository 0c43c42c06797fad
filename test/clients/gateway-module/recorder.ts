import { createGateway } from '@keyward/sdk/gateway'
import { fileSpool } from '@keyward/sdk/gateway/node'

/*
 * A gateway in its own process that records usage until it is killed, and prints each accepted event: recorder.ts URL
 * DIRECTORY CREDENTIAL NAME PENDING, with KEYWARD_TOKEN.
 */

const [url = '', directory = '', credentialId = '', name = '', pending = ''] = process.argv.slice(2)
const gateway = createGateway({
  baseUrl: url,
  token: process.env.KEYWARD_TOKEN ?? '',
  usage: { spool: fileSpool(directory), maxPending: Number(pending) },
})

/** One after another, so that some are always being written to the spool. */
async function lane(number: number): Promise<void> {
  for (let index = 0; ; index += 1) {
    const eventId = `${name}-${number}-${index}`
    const units = [{ lineItem: 'INPUT_TOKENS', quantity: 1 }] as const
    await gateway.record({ eventId, credentialId, workload: 'INFERENCE', model: 'public/chat', units })
    process.stdout.write(`${eventId}\n`)
  }
}

await Promise.all([0, 1, 2, 3].map(lane))
