import { readFile } from 'node:fs/promises'
import { type Cli, command, examples, several } from '../cli.ts'
import { UsageError } from '../exit-codes.ts'
import { readStandardInput } from '../prompt.ts'

/** Reads `@file` or standard input (`-`). Returns any other text unchanged. */
async function textOf(given: string): Promise<string> {
  if (given === '-') return readStandardInput()
  if (!given.startsWith('@')) return given
  try {
    return await readFile(given.slice(1), 'utf8')
  } catch (error) {
    throw new UsageError(`${given.slice(1)} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** Parses a variable: `name=text`, or `name:=json` for values other than strings. */
function variableOf(given: string): [string, unknown] {
  const [, name = '', isJson = '', value = ''] = /^([A-Za-z_]\w*)(:?)=(.*)$/s.exec(given) ?? []
  if (name === '') throw new UsageError('--var takes NAME=TEXT or NAME:=JSON.')
  if (isJson === '') return [name, value]
  try {
    return [name, JSON.parse(value)]
  } catch {
    throw new UsageError(`--var ${name}:= takes JSON.`)
  }
}

/** `keyward api` */
export const apiCommand = (cli: Cli) =>
  command('api', 'send a GraphQL query or mutation and print its data')
    .argument('<document>', 'the document, @FILE, or - for standard input')
    .option('--var <name=text>', 'a variable; repeatable. NAME:=JSON for a number, a list or an object', several)
    .addHelpText(
      'after',
      examples(
        "keyward api '{ viewer { kind } }'",
        "keyward api @keys.graphql --var id=prj_… --var first:=20 --jq '.project.apiKeys.nodes[].name'",
      ),
    )
    .action(async (document, { var: given = [] }) => {
      const variables = Object.fromEntries(given.map(variableOf))
      const client = await cli.connect()
      await cli.output.json(await client.request(await textOf(document), variables))
    })
