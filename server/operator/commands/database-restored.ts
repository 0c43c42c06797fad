import { declareRestored } from '@keyward/schema/write/outbox/history-sql'
import { type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server database restored`: says that the database was restored, where Keyward cannot detect it. */
export async function runDatabaseRestored(options: ResultOptions): Promise<void> {
  await withRuntime(({ database }) => declareRestored(database))
  showResult(options, { restored: true }, [
    'A new history begins. Servers and gateways drop their caches, and subscribers start again.',
  ])
}
