import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { command, examples } from '../cli.ts'
import { UsageError } from '../exit-codes.ts'

/** `keyward help`: that of the parser knows commands of the first level alone. */
export const helpCommand = (root: () => CommandUnknownOpts) =>
  command('help', 'show what a command takes')
    .argument('[command...]', 'its words')
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
