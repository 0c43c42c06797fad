/* Writes docs/authorization.md from the policy table, or with --check fails when it is stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACTIONS, COLUMNS, type Column, columnsOf, levelOf } from '../schema/core/policy.ts'

const PATH = join(import.meta.dirname, 'authorization.md')

const LEGEND: Record<Column, string> = {
  O: 'Owner of the organization',
  A: 'ADMIN of the organization',
  M: 'MEMBER of the organization',
  PA: 'ADMIN of the project and member of its organization',
  PM: 'MEMBER of the project and member of its organization',
  XA: 'ADMIN of the project, external to its organization',
  XM: 'MEMBER of the project, external to its organization',
  K: 'key of the project, authenticated by its secret',
  L: 'legacy key, authenticated by its secret',
  G: 'gateway',
  OP: 'person named in `KEYWARD_OPERATORS`',
}

const LEVELS = {
  instance: 'the instance',
  organization: 'organization',
  project: 'project',
  itself: 'project; keys: only themselves',
} as const

const columns = Object.keys(COLUMNS) as Column[]

const rows = ACTIONS.map((action) => {
  const may = columnsOf(action)
  return `| \`${action}\` | ${LEVELS[levelOf(action)]} | ${columns.map((column) => (may.has(column) ? '✓' : '')).join(' | ')} |`
})

const page = `# Authorization policy

Look up which role may perform which action. \`pnpm codegen\` generates this page from \`schema/core/policy.ts\`, the table that
services, field scopes and the authorization test use.

The columns are:

${columns.map((column) => `- **${column}** (\`${COLUMNS[column]}\`): ${LEGEND[column]}.`).join('\n')}

_Target_ is the object whose roles count: a role in the target organization, or in the target project. The rights on the instance
belong to no organization.

| action | target | ${columns.join(' | ')} |
| --- | --- | ${columns.map(() => '-').join(' | ')} |
${rows.join('\n')}

- **Inherited rights.** The Owner and ADMINs of an organization have the rights of PA in each of its projects. A MEMBER has
  the rights of PM in the default project. Keyward derives these rights from the role. It stores no row, and
  \`Project.collaborators\` does not list them.
- **Service accounts** have the rights of their roles. They can never be the Owner.
- **Keys**, and the legacy key, reach only their own project. Anonymous callers reach only \`viewer\` and \`invitationByToken\`.
- **Creating an organization** requires a signed-in person, and must be allowed by \`KEYWARD_ORGANIZATION_CREATION\`.
- **Yourself.** Everyone may read their own e-mail address. Collaborators may leave a project. Members may leave an
  organization; its Owner may not.
- **Changing roles.** To change or remove a person, your role must be at least as high as their current role and the role
  you assign. A person becomes Owner only by a transfer of ownership, which the current Owner offers and the new one accepts.
- **Invisible objects do not exist for the caller.** Reads return null and mutations return NotFoundError. The response is
  the same for ids of another tenant, unknown ids and ids of another type. If the caller can see the object but may not act,
  the response is ForbiddenError. It names the roles that may.
`

if (process.argv.includes('--check')) {
  if (readFileSync(PATH, 'utf8') !== page) {
    console.error('docs/authorization.md is stale. Run: pnpm codegen')
    process.exitCode = 1
  }
} else writeFileSync(PATH, page)
