import tab from '@bomb.sh/tab/commander'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Command } from 'commander'

/** Adds `keyward complete <shell>`, which prints a shell's completion script. */
export function addCompletion(root: CommandUnknownOpts): void {
  // extra-typings adds only types, so this is commander's class at run time. commander's own types do not accept it.
  tab(root as unknown as Command)
}
