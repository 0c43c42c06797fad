import { type Cli, command, examples, projectOption } from '../../cli.ts'
import { findKeyId } from '../../find.ts'
import { parsePause, reportReceipts, UNTIL, untilText, WAIT } from '../pause.ts'
import { showChanged } from './show.ts'

/** `keyward keys pause` */
export const pauseCommand = (cli: Cli) =>
  command('pause', 'pause a key: it stops working at once, until you resume it or the pause ends')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option(...UNTIL)
    .option(...WAIT)
    .addHelpText(
      'after',
      examples('keyward keys pause ci --project Production', 'keyward keys pause key_… --until 2h --wait 10s'),
    )
    .action(async (given, { project, ...options }) => {
      const pause = parsePause(options)
      const client = await cli.connect()
      const payload = await client.apiKeys.pause({ id: await findKeyId(client, given, project), ...pause })
      const { name, id, pausedUntil } = payload.apiKey
      cli.output.note(`Paused the key "${name}" (${id}) ${untilText(pausedUntil)}.`)
      reportReceipts(cli, 'pause', payload.gateways)
      if (cli.output.isJson) await cli.output.json(payload)
    })

/** `keyward keys resume` */
export const resumeCommand = (cli: Cli) =>
  command('resume', 'resume a paused key')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .addHelpText('after', examples('keyward keys resume ci --project Production'))
    .action(async (given, { project }) => {
      const client = await cli.connect()
      const key = await client.apiKeys.resume({ id: await findKeyId(client, given, project) })
      await showChanged(cli, key, `Resumed the key "${key.name}" (${key.id}).`)
    })
