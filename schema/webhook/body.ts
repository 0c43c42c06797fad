import type { Runtime } from '../runtime.ts'
import { openMessage } from './message.ts'
import { readMessage } from './sql.ts'

/** The body of a message as an attempt would send it now. Null if the message was deleted. */
export async function readBody({ database, settings }: Runtime, deliveryId: string): Promise<string | null> {
  const message = await readMessage(database, deliveryId)
  return message ? JSON.stringify(await openMessage(database, settings.encryptionKeys, message)) : null
}
