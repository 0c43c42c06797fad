import { declareRestored } from '@keyward/schema/write/outbox/history-sql'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server database restored`: says that the database was restored, where Keyward cannot detect it. */
export async function runDatabaseRestored(): Promise<void> {
  await withRuntime(({ database }) => declareRestored(database))
  process.stdout.write('A new history begins. Servers, gateways and subscribers drop what they remember.\n')
}
