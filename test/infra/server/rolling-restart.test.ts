import { expect, test } from 'vitest'
import { createTestDatabase, testDatabaseKind } from '../database.ts'
import { hasNginx, whyNoNginx } from '../network/nginx.ts'
import { restartUnderLoad } from '../network/rolling-restarts.ts'

const isNightly = process.env.KEYWARD_NIGHTLY === '1'
/** R10 asks for 20 in `test:nightly`. */
const RESTARTS = isNightly ? 20 : 1

// Failed while a stop closed kept connections, or the port, while the kernel held requests for them.
test.skipIf(!hasNginx || testDatabaseKind !== 'postgresql')(
  `no request fails while two replicas behind nginx are restarted in turn${whyNoNginx}`,
  async () => {
    const { url, drop } = await createTestDatabase()
    const { sent, failed, slowestStop } = await restartUnderLoad(url, RESTARTS)
    await drop()
    expect(failed).toEqual([])
    expect(sent).toBeGreaterThan(RESTARTS)
    if (isNightly) {
      expect(slowestStop).toBeLessThan(10_000)
      console.log(`${sent} requests during ${RESTARTS} restarts, the slowest stop took ${Math.round(slowestStop)} ms`)
    }
  },
)

test.skipIf(!hasNginx || testDatabaseKind !== 'postgresql')(
  `no request fails while a replica with two workers behind nginx is restarted${whyNoNginx}`,
  async () => {
    const { url, drop } = await createTestDatabase()
    const { sent, failed } = await restartUnderLoad(url, 1, { KEYWARD_WORKERS: '2' })
    await drop()
    expect(failed).toEqual([])
    expect(sent).toBeGreaterThan(1)
  },
)
