import tab from '@bomb.sh/tab/commander'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Command } from 'commander'

/** Adds `keyward complete <shell>`, which prints the completion script of a shell. */
export function addCompletion(root: CommandUnknownOpts): void {
  // The same class at run time: extra-typings only adds types, which commander's own types do not accept.
  tab(root as unknown as Command)
}
