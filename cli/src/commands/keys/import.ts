import type { ApiKeyImportOutcome, Keyward } from '@keyward/sdk'
import { type Cli, command, examples, organizationOption, projectOption } from '../../cli.ts'
import { CommandError, EXIT_CODES } from '../../exit-codes.ts'
import { findOrganization, findProject } from '../../find.ts'
import { readImport } from '../../import/file.ts'
import { Progress } from '../../import/progress.ts'
import type { SourceRow } from '../../import/row.ts'
import { sendImport } from '../../import/send.ts'
import { hintOnInterrupt } from '../../interrupt.ts'
import { holderWords } from '../../words.ts'

const HELP = `
FILE has the SHA-256 of each secret, never a secret: as comma-separated values with a header, or as JSON lines.
Required fields: name and sha256. Optional fields: project (name or id), start, createdAt, expiresAt, workloads, tags
(key=value) and allowedIps. In comma-separated values, separate list entries by ";". A row without a project goes to
--project, or to the organization's default project. "-" reads standard input.

If any line is invalid, nothing is sent. The server accepts or rejects each row; exit code 9 reports rejected rows. To
resume after an interruption, run the command again: it imports nothing twice.
${examples('keyward keys import keys.csv --organization Acme', 'keyward keys import keys.jsonl --project Production --json')}`

type Verdict = 'imported' | 'there already' | 'rejected'

function verdictOf({ apiKey, error }: ApiKeyImportOutcome): Verdict {
  if (apiKey) return 'imported'
  const isThere = error?.__typename === 'ConflictError' && error.field === 'sha256'
  return isThere ? 'there already' : 'rejected'
}

function reasonOf({ error }: ApiKeyImportOutcome): string {
  if (!error) return '-'
  if (error.__typename === 'ValidationError') return error.issues.map(({ message }) => message).join(' ')
  return error.message + (error.__typename === 'ConflictError' ? holderWords(error.holder) : '')
}

/** Looks up the ids of the projects named in rows. */
async function projectsOf(client: Keyward, rows: readonly SourceRow[], fallback: string | undefined) {
  const ids = new Map<string | undefined, string | undefined>()
  for (const { project = fallback } of rows) {
    if (!ids.has(project)) ids.set(project, project === undefined ? undefined : await findProject(client, project))
  }
  return (project: string | undefined) => ids.get(project ?? fallback)
}

/** `keyward keys import` */
export const importCommand = (cli: Cli) =>
  command('import', 'import keys of another system by the hashes of their secrets; the secrets keep working')
    .argument('<file>', 'comma-separated values or JSON lines; - for standard input')
    .addOption(organizationOption())
    .addOption(projectOption('the project for rows without one; the default project if omitted'))
    .addHelpText('after', HELP)
    .action(async (path, { organization, project }) => {
      const { output } = cli
      const source = await readImport(path)
      const client = await cli.connect()
      const organizationId = await findOrganization(client, organization)
      const projectIdOf = await projectsOf(client, source, project)
      const rows = source.map(({ project: named, row }) => ({ ...row, projectId: projectIdOf(named) }))
      const outcomes: ApiKeyImportOutcome[] = []
      const progress = new Progress(rows.length, !output.isJson)
      hintOnInterrupt('To resume, run the command again: it imports nothing twice.')
      progress.show(0)
      try {
        for await (const outcome of sendImport(client, organizationId, rows)) {
          outcomes.push(outcome)
          progress.show(outcomes.length)
        }
      } catch (error) {
        progress.end()
        output.note(
          `${outcomes.length} of ${rows.length} rows were sent. To resume, run the command again: it imports nothing twice.`,
        )
        throw error
      }
      progress.end()
      if (output.isJson) await output.json(outcomes)
      else await showOutcomes(cli, source, outcomes)
      const count = (verdict: Verdict) => outcomes.filter((outcome) => verdictOf(outcome) === verdict).length
      output.note(
        `${count('imported')} imported, ${count('there already')} there already, ${count('rejected')} rejected.`,
      )
      if (count('rejected') > 0) {
        throw new CommandError('Some rows were rejected. Their outcomes give the reasons.', EXIT_CODES.rowsRejected)
      }
    })

/** In a pipe, shows all rows. On a terminal, shows only rejected rows, which are easy to miss among many. */
async function showOutcomes(cli: Cli, source: readonly SourceRow[], outcomes: readonly ApiKeyImportOutcome[]) {
  const shown = process.stdout.isTTY ? outcomes.filter((outcome) => verdictOf(outcome) === 'rejected') : outcomes
  if (shown.length === 0) return
  await cli.output.table(
    ['LINE', 'NAME', 'OUTCOME', 'ID', 'REASON'],
    shown.map((outcome) => {
      const { line, row } = source[outcome.row] ?? {}
      return [String(line ?? '-'), row?.name ?? '-', verdictOf(outcome), outcome.apiKey?.id ?? '-', reasonOf(outcome)]
    }),
    // Wide enough that the reasons are never shortened.
    { right: ['LINE'], isWhole: true },
  )
}
