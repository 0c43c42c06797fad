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

_Target_ is the object in which the caller needs the role: the organization or the project. The rights on the instance belong to no
organization.

| action | target | ${columns.join(' | ')} |
| --- | --- | ${columns.map(() => '-').join(' | ')} |
${rows.join('\n')}

- **Inherited rights.** The Owner and ADMINs of an organization have the rights of PA in each of its projects. A MEMBER has
  the rights of PM in the default project. Keyward derives these rights from the role:
  \`Project.collaborators\` does not list them.
- **Service accounts** have the rights of their roles. They can never be the Owner.
- **Keys**, and the legacy key, can access only their own project. Anonymous callers can access only \`viewer\` and
  \`invitationByToken\`.
- **Creating an organization** requires a signed-in person, and \`KEYWARD_ORGANIZATION_CREATION\` must allow it.
- **Yourself.** Everyone can read their own e-mail address. Collaborators can leave a project. Members can leave an organization,
  but the Owner cannot.
- **Changing roles.** To change or remove a person, your role must be at least as high as their current role and the role you
  assign. A person becomes Owner only if the current Owner offers the ownership and the person accepts it.
- **Invisible objects do not exist for the caller.** For an object that the caller cannot see, reads return null and mutations
  return NotFoundError, as for an unknown id or an id of another type. If the caller can see the object but may not perform the
  action, the mutation returns ForbiddenError, which names the roles that can.
`

if (process.argv.includes('--check')) {
  if (readFileSync(PATH, 'utf8') !== page) {
    console.error('docs/authorization.md is stale. Run: pnpm codegen')
    process.exitCode = 1
  }
} else writeFileSync(PATH, page)
