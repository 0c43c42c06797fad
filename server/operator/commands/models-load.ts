import { readFile } from 'node:fs/promises'
import { type LoadedModels, loadModels } from '@keyward/schema/model/load'
import { CommandError } from '../exit-codes.ts'
import { count, type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

async function read(file: string): Promise<unknown> {
  const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`Cannot read the catalogue: ${reason(error)}`)
  })
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new CommandError(`${file} is not JSON: ${reason(error)}`)
  }
}

function summaryOf({ added, updated, unchanged, pricesAdded, pricesReplaced, prunedOffline }: LoadedModels): string {
  return [
    `${count(added, 'model')} added`,
    `${updated} updated`,
    `${unchanged} unchanged`,
    `${count(pricesAdded, 'price')} added`,
    `${count(pricesReplaced, 'announced price')} replaced`,
    `${count(prunedOffline, 'model')} taken offline`,
  ].join(', ')
}

/** `keyward-server models load FILE [--prune]`: loads the whole file, or nothing if a part is invalid. */
export async function runModelsLoad(file: string, options: ResultOptions & { prune: boolean }): Promise<void> {
  const catalogue = await read(file)
  const loaded = await withRuntime((runtime) => loadModels(runtime, catalogue, options))
  showResult(options, loaded, [`${summaryOf(loaded)}.`])
}
