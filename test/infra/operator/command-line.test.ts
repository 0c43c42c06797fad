import { expect, test } from 'vitest'
import manifest from '../../../server/package.json' with { type: 'json' }
import { command } from './command-line.ts'

// No database is opened: what the command line says wrongly is found before.
test('2: what is wrong with a command line is said, and what it takes', async () => {
  const mistakes: [string, string[]][] = [
    ['"gateway create" needs NAME.', ['gateway', 'create']],
    ['"gateway rotate" needs NAME.', ['gateway', 'rotate']],
    ['"models load" needs FILE.', ['models', 'load', '--prune']],
    ['"user set-password" needs EMAIL.', ['user', 'set-password']],
    ['"start" takes no argument.', ['start', 'hunter22']],
    ['"user set-password" takes EMAIL, and nothing else.', ['user', 'set-password', 'ada@people.example', 'hunter22']],
    ['There is no command "gatewy".', ['gatewy', 'create', 'hunter22']],
    ['There is no command "gateway make".', ['gateway', 'make', 'hunter22']],
    ['"gateway" needs one of create, list, rotate, remove.', ['gateway']],
    ['"audit verify" takes no --prune.', ['audit', 'verify', '--prune']],
    ["Unknown option '--force'", ['gateway', 'remove', 'edge', '--force']],
  ]
  for (const [told, operands] of mistakes) {
    const { code, output, stdout } = await command({}, ...operands)
    expect({ code, stdout }, operands.join(' ')).toEqual({ code: 2, stdout: '' })
    expect(output).toContain(told)
    expect(output).not.toContain('hunter22')
  }
  // The usage of the one command, and not of all of them.
  const { output } = await command({}, 'gateway', 'create')
  expect(output).toContain('Usage: keyward-server gateway create NAME')
  expect(output).not.toContain('models load')
})

test('the help of all, of a group and of one command, and the version', async () => {
  const all = await command({}, '--help')
  expect(all).toMatchObject({ code: 0, stdout: all.output })
  expect(all.stdout).toContain('audit verify')
  expect(all.stdout).toContain('--version')
  expect(await command({})).toEqual(all)
  const group = await command({}, 'gateway', '--help')
  expect(group.code).toBe(0)
  expect(group.stdout.match(/^ {2}gateway /gm)).toHaveLength(4)
  expect(group.stdout).not.toContain('models load')
  const one = await command({}, 'models', 'load', '-h')
  expect(one.code).toBe(0)
  expect(one.stdout).toMatch(/^Usage: keyward-server models load FILE \[--prune\]\n[\s\S]*offline/)
  expect(one.stdout).not.toContain('gateway')
  expect((await command({}, 'gatewy', '--help')).code).toBe(2)
  for (const option of ['--version', '-V']) {
    expect(await command({}, option)).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
  }
})
