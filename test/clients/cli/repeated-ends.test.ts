import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type World } from '../../infra/world.ts'
import { ENDINGS } from '../../promises/rules/endings.ts'
import { type Command, startCommand } from './command.ts'

let world: World
let keyward: Command
beforeAll(async () => {
  world = await startWorld()
  keyward = await startCommand(world.app, world.as.owner.token ?? '')
})
afterAll(async () => {
  await keyward?.close()
  await world?.close()
})

test('every mutation that revokes, deletes or cancels an object has a command', () => {
  expect(Object.keys(ENDINGS).filter((name) => !ENDINGS[name]?.command)).toEqual([])
})

/**
 * Commands that do not ask: another command undoes them, or the new secret was not used, as in the undo of a rotation
 * here.
 */
const DO_NOT_ASK = /^(?!organizationPause).*(Pause|Resume|Archive|Restore|DeletionCancel|RotationUndo)$/

// Failed before: `trusts delete` deleted at once.
test.each(Object.entries(ENDINGS).filter(([name]) => !DO_NOT_ASK.test(name)))(
  'the command of %s changes nothing without a confirmation',
  async (_, ending) => {
    const args = ending.command?.(await ending.make(world)) ?? []
    const unconfirmed = args.filter(
      (arg, index) => arg !== '--yes' && !args.slice(index - 1, index + 1).includes('--confirm'),
    )
    const { code, stderr } = await keyward.run(unconfirmed)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/confirm with --(yes|confirm)/)])
    // The object is still there to be ended.
    expect((await keyward.run(args)).code).toBe(0)
  },
)

// Failed before: the second removal ended with the exit code of NOT_FOUND, and a deleted project was read first.
test.each(Object.entries(ENDINGS))(
  'the command for %s exits with 0 both the first time and when repeated',
  async (_, ending) => {
    const args = ending.command?.(await ending.make(world)) ?? []
    for (const more of [[], ['--json']]) {
      const { code, stderr } = await keyward.run([...args, ...more])
      expect([...args, ...more, code, code === 0 ? '' : stderr]).toEqual([...args, ...more, 0, ''])
    }
  },
)
