/* Writes docs/authorization.md from the policy table, or with --check fails when it is stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACTIONS, COLUMNS, type Column, columnsOf, levelOf } from '../schema/core/policy.ts'

const PATH = join(import.meta.dirname, 'authorization.md')

const LEGEND: Record<Column, string> = {
  O: 'Owner of the organization',
  A: 'ADMIN of the organization',
  M: 'MEMBER of the organization',
  PA: 'ADMIN of the project, as a member of its organization',
  PM: 'MEMBER of the project, as a member of its organization',
  XA: 'ADMIN of the project from outside of its organization',
  XM: 'MEMBER of the project from outside of its organization',
  K: 'a key of the project, by its secret',
  L: 'the legacy key, by its secret',
  G: 'a gateway',
}

const LEVELS = {
  instance: 'the instance',
  organization: 'organization',
  project: 'project',
  itself: 'project; a key: itself alone',
} as const

const columns = Object.keys(COLUMNS) as Column[]

const rows = ACTIONS.map((action) => {
  const may = columnsOf(action)
  return `| \`${action}\` | ${LEVELS[levelOf(action)]} | ${columns.map((column) => (may.has(column) ? '✓' : '')).join(' | ')} |`
})

const page = `# Who may do what

Made from \`schema/core/policy.ts\`, which services, field scopes and the authorization test read (\`pnpm codegen\`).

| action | done to | ${columns.join(' | ')} |
| --- | --- | ${columns.map(() => '-').join(' | ')} |
${rows.join('\n')}

${columns.map((column) => `- **${column}** (\`${COLUMNS[column]}\`): ${LEGEND[column]}.`).join('\n')}

- The Owner and ADMINs of an organization hold the rights of PA in every project of it; a MEMBER holds those of PM in the
  default project. Both follow from the role: no row is stored, and \`Project.collaborators\` does not list them.
- A service account has the rights of its roles. It is never the Owner.
- A key, and the legacy key, reach what is in their own project alone; anonymous requests reach nothing but \`viewer\`.
- Creating an organization takes a person who is signed in, where \`KEYWARD_ORGANIZATION_CREATION\` allows it.
- Everyone may read their own e-mail address, and leave: a member the organization (not the Owner), a collaborator the project.
- To change or remove someone, one's role is at least theirs and at least the one that is given. Nobody is made Owner but by
  the transfer of ownership, which is offered and accepted.
- What one cannot see is not there: reads answer null and mutations NotFoundError, the same for an id of another tenant,
  of nothing and of another type. Who may see but not act gets ForbiddenError with the roles that may.
`

if (process.argv.includes('--check')) {
  if (readFileSync(PATH, 'utf8') !== page) {
    console.error('docs/authorization.md is stale. Run: pnpm codegen')
    process.exitCode = 1
  }
} else writeFileSync(PATH, page)
