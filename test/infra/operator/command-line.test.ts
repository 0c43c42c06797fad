import { expect, test } from 'vitest'
import manifest from '../../../server/package.json' with { type: 'json' }
import { command } from './command-line.ts'

// The command line is checked before a database is opened.
test('an invalid command line exits with 2 and prints the error and the usage', async () => {
  const mistakes: [string, string[]][] = [
    ["missing required argument 'name'", ['gateway', 'create']],
    ["missing required argument 'name'", ['gateway', 'rotate']],
    ["missing required argument 'file'", ['models', 'load', '--prune']],
    ["missing required argument 'email'", ['user', 'set-password']],
    ["too many arguments for 'start'", ['start', 'hunter22']],
    ["too many arguments for 'set-password'", ['user', 'set-password', 'ada@people.example', 'hunter22']],
    ["unknown command 'gatewy'", ['gatewy', 'create', 'hunter22']],
    ["unknown command 'make'", ['gateway', 'make', 'hunter22']],
    ['gateway rotate <name>', ['gateway']],
    ["unknown option '--prune'", ['audit', 'verify', '--prune']],
    ["unknown option '--force'", ['gateway', 'remove', 'edge', '--force']],
    ["unknown option '--password=…'", ['user', 'set-password', 'ada@people.example', '--password=hunter22']],
  ]
  for (const [message, operands] of mistakes) {
    const { code, output, stdout } = await command({}, ...operands)
    expect({ code, stdout }, operands.join(' ')).toEqual({ code: 2, stdout: '' })
    expect(output).toContain(message)
    expect(output).not.toContain('hunter22')
  }
  // Prints the usage of this command only.
  const { output } = await command({}, 'gateway', 'create')
  expect(output).toContain('Usage: keyward-server gateway create [options] <name>')
  expect(output).not.toContain('models load')
})

test('--help prints the help for all commands, a group or a command, and --version the version', async () => {
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
  expect(one.stdout).toMatch(/^Usage: keyward-server models load \[options\] <file>\n[\s\S]*offline/)
  expect(one.stdout).not.toContain('gateway')
  expect((await command({}, 'gatewy', '--help')).code).toBe(2)
  for (const option of ['--version', '-V']) {
    expect(await command({}, option)).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
  }
})
