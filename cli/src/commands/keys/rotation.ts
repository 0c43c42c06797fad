import type { ApiKey } from '@keyward/sdk'
import { type Cli, command, examples, projectOption } from '../../cli.ts'
import { confirm } from '../../confirm.ts'
import { findKey, findKeyId } from '../../find.ts'
import { parseSpan, showTime } from '../../times.ts'
import { showChanged } from './show.ts'

const ROTATE_HELP = `
Only the new secret is written to standard output, and it is shown once. The old secret works until the overlap ends.
${examples(
  'keyward keys rotate ci --project Production --overlap 24h | vault kv put secret/ci key=-',
  'keyward keys rotate key_… --overlap 0s   # the old secret stops working at once',
)}`

/** When the new secret was last used. Null if it was never used. */
const newSecretUsed = ({ secretVersions }: ApiKey): string | null =>
  secretVersions.find(({ retiresAt, retiredAt }) => retiresAt === null && retiredAt === null)?.lastUsedAt ?? null

/** `keyward keys rotate` */
export const rotateCommand = (cli: Cli) =>
  command('rotate', 'give a key a new secret and print it, once')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('--overlap <span>', 'how long the old secret keeps working: 0s to 7d', '24h')
    .addHelpText('after', ROTATE_HELP)
    .action(async (given, { project, overlap }) => {
      const { output } = cli
      const overlapSeconds = parseSpan('--overlap', overlap)
      const client = await cli.connect()
      const id = await findKeyId(client, given, project)
      cli.keyId = id
      const payload = await client.apiKeys.rotate({ id, overlapSeconds })
      const { apiKey, secret } = payload
      const retiresAt = apiKey.rotation?.previousRetiresAt ?? null
      const end =
        retiresAt === null ? 'The old secret no longer works' : `The old secret works until ${showTime(retiresAt)}`
      output.note(`Rotated the key "${apiKey.name}" (${apiKey.id}). ${end}.`)
      if (process.stdout.isTTY) output.note('The new secret, which is shown only now:')
      const next = retiresAt === null ? `rotate ${id} --overlap 0s` : `undo-rotation ${id}`
      await output.secret(secret, payload, `To continue, run: keyward keys ${next}`)
    })

/** `keyward keys finish-rotation` */
export const finishRotationCommand = (cli: Cli) =>
  command('finish-rotation', 'end the overlap of a rotation now; only the new secret works')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('-y, --yes', 'do not ask for confirmation while the old secret is in use')
    .addHelpText('after', examples('keyward keys finish-rotation ci --project Production'))
    .action(async (given, { project, yes = false }) => {
      const client = await cli.connect()
      const found = await findKey(client, given, project)
      cli.keyId = found.id
      const { id, name, rotation } = found
      if (rotation && !rotation.safeToFinish) {
        const used = rotation.previousLastUsedAt
        const why = [
          ...(newSecretUsed(found) === null ? ['The new secret is not in use yet.'] : []),
          ...(used === null ? [] : [`The old secret was last used at ${showTime(used)}.`]),
        ]
        await confirm(`${why.join(' ')} Stop the old secret of "${name}" anyway?`, yes)
      }
      const key = await client.apiKeys.finishRotation({ id })
      await showChanged(cli, key, `Finished the rotation of "${key.name}" (${key.id}). The old secret no longer works.`)
    })

/** `keyward keys undo-rotation` */
export const undoRotationCommand = (cli: Cli) =>
  command('undo-rotation', 'undo a rotation during its overlap; the new secret stops working')
    .argument('<key>', 'its name or id')
    .addOption(projectOption())
    .option('-y, --yes', 'do not ask for confirmation while the new secret is in use')
    .addHelpText('after', examples('keyward keys undo-rotation ci --project Production'))
    .action(async (given, { project, yes = false }) => {
      const client = await cli.connect()
      const found = await findKey(client, given, project)
      cli.keyId = found.id
      const used = found.rotation && newSecretUsed(found)
      if (used) {
        await confirm(
          `The new secret was last used at ${showTime(used)}. Stop the new secret of "${found.name}" anyway?`,
          yes,
        )
      }
      const key = await client.apiKeys.undoRotation({ id: found.id })
      await showChanged(cli, key, `Undid the rotation of "${key.name}" (${key.id}). The new secret no longer works.`)
    })
