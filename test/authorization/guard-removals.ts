/*
 * Removes guards one at a time from a copy of the sources, and runs the test that has to see it on each broken copy: it has
 * to fail every time. `pnpm test:guards` takes some minutes, which is why it is no part of `pnpm test`; with words, as in
 * `pnpm test:guards budget webhooks`, it removes only what is described with one of them.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const TESTS = {
  reads: 'test/authorization/reads.test.ts',
  mutations: 'test/authorization/mutations.test.ts',
  canaries: 'test/authorization/canaries.test.ts',
  verification: 'test/verification/answers.test.ts',
  order: 'test/verification/order.test.ts',
  revocations: 'test/revocation/revocations.test.ts',
  overspend: 'test/limit/overspend.test.ts',
  usage: 'test/usage/exactly-once.test.ts',
}

interface Removal {
  what: string
  file: string
  guard: string
  without: string
  /** The test that has to see it. */
  seenBy: keyof typeof TESTS
}

const REMOVALS: Removal[] = [
  {
    what: 'which projects are visible',
    file: 'schema/project/access.ts',
    guard: 'return { OR: [{ organizationId: { in: organizationIds } }, { id: { in: projectIds } }] }',
    without: 'void organizationIds, projectIds\n  return {}',
    seenBy: 'canaries',
  },
  {
    what: 'which keys are visible',
    file: 'schema/api-key/access.ts',
    guard: '...(keyId ? [{ id: keyId }] : []),',
    without: '{ id: { not: keyId ?? undefined } },',
    seenBy: 'reads',
  },
  {
    what: 'the role asked of who changes a key',
    file: 'schema/api-key/access.ts',
    guard: '  access.require(action, targetOf(found))\n',
    without: '',
    seenBy: 'mutations',
  },
  {
    what: 'the role asked of who changes a project',
    file: 'schema/project/access.ts',
    guard: '  access.require(action, targetOf(project))\n',
    without: '',
    seenBy: 'mutations',
  },
  {
    what: 'the role asked of who changes an organization',
    file: 'schema/organization/access.ts',
    guard: '  access.require(action, targetOf(organization))\n',
    without: '',
    seenBy: 'mutations',
  },
  {
    what: 'the guard of the list of members',
    file: 'schema/member/graph.ts',
    guard: "      ...guardField('organization:listMembers', targetOf),\n      complexity",
    without: '      complexity',
    seenBy: 'reads',
  },
  {
    what: 'the guard of the legacy key',
    file: 'schema/legacy-key/graph.ts',
    guard: "    ...guardField('legacyKey:find', (organization) => ({ organizationId: organization.id })),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'who may read e-mail addresses',
    file: 'schema/user/graph.ts',
    guard: 'return oneself || (await users.mayReadEmail(user.id)) ? user.email : null',
    without: 'void oneself, users\n        return user.email',
    seenBy: 'reads',
  },
  {
    what: 'who learns the creator of a key',
    file: 'schema/api-key/graph.ts',
    guard: "      ...guardField('user:readName', makerTarget),\n      select: { createdByUser",
    without: '      select: { createdByUser',
    seenBy: 'reads',
  },
  {
    what: 'the role asked of who removes a member',
    file: 'schema/member/service.ts',
    guard: "    if (!isSelf(caller, found)) caller.access.require('member:remove', { organizationId })\n",
    without: '',
    seenBy: 'mutations',
  },
  {
    what: 'whom an invitation is for',
    file: 'schema/invitation/accept.ts',
    guard: 'if (invitation.email !== actor.email) {',
    without: "if (invitation.email === '') {",
    seenBy: 'mutations',
  },
  {
    what: 'who may cancel an invitation',
    file: 'schema/invitation/service.ts',
    guard: '{ role: null, grants: { some: { projectId: { in: projects.projectIds } } } },',
    without: '{ role: null },',
    seenBy: 'mutations',
  },
  {
    what: 'the guard of the project’s audit log',
    file: 'schema/audit/graph.ts',
    guard: "      ...guardField('audit:readProject', projectTarget),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'the guard of what is spent of an organization’s budgets',
    file: 'schema/limit/graph.ts',
    guard:
      "    ...guardField('organization:readUsageLimits', organizationTarget),\n    resolve: ({ id }, _args, { limits }) => limits.states",
    without: '    resolve: ({ id }, _args, { limits }) => limits.states',
    seenBy: 'reads',
  },
  {
    what: 'the guard of what is spent of a key’s budgets',
    file: 'schema/limit/graph.ts',
    guard: "    ...guardField('apiKey:readBudget', keyTarget),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'who may take of limits',
    file: 'schema/verification/graph.ts',
    guard: "    authScopes: (_root, _args, { access }) => access.can('apiKey:authorize', INSTANCE),\n",
    without: '',
    seenBy: 'mutations',
  },
  {
    what: 'that externals are not members, in the policy',
    file: 'schema/policy.ts',
    guard: "external ? (role === 'ADMIN' ? 'XA' : 'XM') : role === 'ADMIN' ? 'PA' : 'PM'",
    without: "external && role === 'MEMBER' ? 'XM' : role === 'ADMIN' ? 'PA' : 'PM'",
    seenBy: 'reads',
  },
  {
    what: 'the guard of what an organization’s usage cost',
    file: 'schema/usage/graph.ts',
    guard: "    ...guardField('usage:readOrganization', organizationTarget),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'the guard of what a project’s usage cost',
    file: 'schema/usage/graph.ts',
    guard: "    ...guardField('usage:readProject', projectTarget),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'the guard of a project’s key policy',
    file: 'schema/key-policy/graph.ts',
    guard: "    ...guardField('project:readKeyPolicy', targetOf),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'the guard of the list of webhooks',
    file: 'schema/webhook/graph.ts',
    guard: "      ...guardField('webhook:list', organizationTarget),\n",
    without: '',
    seenBy: 'reads',
  },
  {
    what: 'who may record usage',
    file: 'schema/usage/record.ts',
    guard: "if (actor.kind !== 'GATEWAY' || !access.can('usage:record', INSTANCE)) {",
    without: "if (actor.kind === 'ANONYMOUS') {",
    seenBy: 'mutations',
  },
  {
    what: 'who may exchange leases',
    file: 'schema/limit/exchange.ts',
    guard:
      "  if (!access.can('limit:lease', INSTANCE)) throw new ForbiddenError('limit:lease', rolesFor('limit:lease'))\n",
    without: '',
    seenBy: 'mutations',
  },
  {
    what: 'who may verify secrets',
    file: 'schema/verification/graph.ts',
    guard: "    authScopes: (_root, _args, { access }) => access.can('apiKey:verify', INSTANCE),\n",
    without: '',
    seenBy: 'verification',
  },
  {
    what: 'in whose project a resource is that a request names',
    file: 'schema/verification/verifier.ts',
    guard: 'if (!found || !(await this.#reaches(record, found.projectId)))',
    without: 'if (!found)',
    seenBy: 'verification',
  },
  {
    what: 'whose model a request may call',
    file: 'schema/verification/verifier.ts',
    guard: 'found?.online && (found.projectId === null || (await this.#reaches(record, found.projectId)))',
    without: 'found?.online',
    seenBy: 'order',
  },
  {
    what: 'that what is cached of a key leaves with its changes',
    file: 'schema/verification/cache.ts',
    guard: '    for (const key of [...(this.#bySubject.get(change.subjectId) ?? [])]) this.#drop(key)\n',
    without: '',
    seenBy: 'revocations',
  },
  {
    what: 'the lock of a budget’s counter: reading, then writing',
    file: 'prisma/migrations/20261123094657_limits_usage_webhooks/migration.sql',
    guard: `c.window_start = ask."window" FOR UPDATE;\n    IF NOT FOUND`,
    without: `c.window_start = ask."window";\n    IF NOT FOUND`,
    seenBy: 'overspend',
  },
  {
    what: 'that only events which the INSERT took count',
    file: 'schema/usage/record.ts',
    guard: '        if (!inserted.has(event.id)) continue\n',
    without: '        void inserted\n',
    seenBy: 'usage',
  },
]

const root = join(import.meta.dirname, '..', '..')

/** Copies the sources; packages are linked as they are here, so that the copy imports itself and not the original. */
function copy(): string {
  const target = mkdtempSync(join(tmpdir(), 'keyward-guards-'))
  const skipped = new Set(['.git', '.keyward', '.pnpm'])
  cpSync(root, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !skipped.has(basename(source)),
  })
  spawnSync('ln', ['-s', join(root, 'node_modules', '.pnpm'), join(target, 'node_modules', '.pnpm')])
  return target
}

function testFails(directory: string, seenBy: keyof typeof TESTS): boolean {
  const vitest = join(directory, 'node_modules', '.bin', 'vitest')
  const kind = process.env.KEYWARD_NO_POSTGRESQL ? 'pglite' : 'postgresql'
  const run = spawnSync(vitest, ['run', '--project', kind, '--bail=1', TESTS[seenBy]], {
    cwd: directory,
    encoding: 'utf8',
  })
  if (!run.stdout.includes('Tests ')) throw new Error(`The test did not run:\n${run.stdout}${run.stderr}`)
  return run.status !== 0
}

const words = process.argv.slice(2)
const removals = REMOVALS.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)))
const directory = copy()
let missed = 0
try {
  for (const seenBy of new Set(removals.map((removal) => removal.seenBy))) {
    if (testFails(directory, seenBy)) throw new Error(`${TESTS[seenBy]} fails without any removal`)
  }
  for (const { what, file, guard, without, seenBy } of removals) {
    const path = join(directory, file)
    const original = readFileSync(path, 'utf8')
    if (!original.includes(guard)) throw new Error(`${file} has no such guard any more: ${what}`)
    writeFileSync(path, original.replace(guard, without))
    const seen = testFails(directory, seenBy)
    writeFileSync(path, original)
    if (!seen) missed += 1
    console.log(`${seen ? 'red  ' : 'GREEN'}  without ${what} (${file}), seen by ${seenBy}`)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${removals.length - missed} of ${removals.length} removals were caught`)
process.exitCode = missed === 0 ? 0 : 1
