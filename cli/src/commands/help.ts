import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { command, examples } from '../cli.ts'
import { UsageError } from '../exit-codes.ts'

/** Adds `keyward help`. The parser's own help command finds only top-level commands. */
export const helpCommand = (root: () => CommandUnknownOpts) =>
  command('help', 'show the help of a command')
    .argument('[command...]', 'the command, such as `keys create`')
    .addHelpText('after', examples('keyward help keys create'))
    .action((words) => {
      let found = root()
      for (const word of words) {
        const next = found.commands.find((candidate) => [candidate.name(), ...candidate.aliases()].includes(word))
        if (!next) throw new UsageError(`There is no command "${words.join(' ')}". See: keyward --help`)
        found = next
      }
      found.outputHelp()
    })
