import { raw } from 'jq-wasm'
import { UsageError } from './exit-codes.ts'

/** Applies a jq filter to a JSON value. Prints strings without quotes. */
export async function filtered(value: unknown, filter: string): Promise<string> {
  let printed: string
  try {
    printed = await raw(JSON.stringify(value), filter, ['-r'])
  } catch (error) {
    throw new UsageError(`--jq: ${error instanceof Error ? error.message.replace(/^jq: /, '').trim() : error}`)
  }
  return printed === '' || printed.endsWith('\n') ? printed : `${printed}\n`
}
