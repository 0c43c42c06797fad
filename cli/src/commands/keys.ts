import { type Cli, command, examples } from '../cli.ts'
import { createCommand } from './keys/create.ts'
import { expireCommand } from './keys/expire.ts'
import { importCommand } from './keys/import.ts'
import { pauseCommand, resumeCommand } from './keys/pause.ts'
import { getCommand, listCommand } from './keys/read.ts'
import { revokeCommand } from './keys/revoke.ts'
import { finishRotationCommand, rotateCommand, undoRotationCommand } from './keys/rotation.ts'
import { updateCommand } from './keys/update.ts'

/** `keyward keys` */
export const keysCommand = (cli: Cli) =>
  command('keys', 'list, create, change, rotate, pause, revoke and import keys')
    .addHelpText('after', examples('keyward keys list --project Production', 'keyward keys create --help'))
    .addCommand(listCommand(cli))
    .addCommand(getCommand(cli))
    .addCommand(createCommand(cli))
    .addCommand(updateCommand(cli))
    .addCommand(rotateCommand(cli))
    .addCommand(finishRotationCommand(cli))
    .addCommand(undoRotationCommand(cli))
    .addCommand(expireCommand(cli))
    .addCommand(pauseCommand(cli))
    .addCommand(resumeCommand(cli))
    .addCommand(revokeCommand(cli))
    .addCommand(importCommand(cli))
