/*
 * The three projects of the test command. A test file runs in `postgresql` unless a list below says otherwise:
 *
 * - `pure`: tests that need no database.
 * - `postgresql`: every other test, on a real PostgreSQL.
 * - `pglite`: the tests whose result can depend on the database, once more on the embedded one.
 *
 * A path that ends with `/` is a folder with everything in it. `test/infra/suite/projects.test.ts` checks the lists.
 */

/** Tests that need no database. `createTestDatabase` throws in them. */
export const PURE = [
  'test/clients/console/addresses.test.ts',
  'test/clients/console/answers.test.ts',
  'test/clients/console/budget.test.ts',
  'test/clients/gateway-module/spool.test.ts',
  'test/clients/sdk/coverage.test.ts',
  'test/clients/sdk/reference.test.ts',
  'test/clients/sdk/semver.test.ts',
  'test/clients/sdk/size.test.ts',
  'test/clients/sdk/usage-event.test.ts',
  'test/clients/sdk/webhooks.test.ts',
  'test/engine/',
  'test/infra/database/new-indexes.test.ts',
  'test/infra/database/tarball.test.ts',
  'test/infra/docs/deploy.test.ts',
  'test/infra/docs/links.test.ts',
  'test/infra/docs/metrics.test.ts',
  'test/infra/docs/proxy-headers.test.ts',
  'test/infra/docs/react.test.ts',
  'test/infra/docs/site.test.ts',
  'test/infra/docs/troubleshooting.test.ts',
  'test/infra/operator/command-line.test.ts',
  'test/infra/schema/conventions.test.ts',
  'test/infra/schema/descriptions.test.ts',
  'test/infra/schema/ids.test.ts',
  'test/infra/schema/mutation-inputs.test.ts',
  'test/infra/schema/raw-sql.test.ts',
  'test/infra/server/build.test.ts',
  'test/infra/server/configuration.test.ts',
  'test/infra/server/example-operations.test.ts',
  'test/infra/server/graph-guards.test.ts',
  'test/infra/server/input-reader.test.ts',
  'test/infra/server/sbom.test.ts',
  'test/infra/server/small-parts.test.ts',
  'test/infra/suite/',
  'test/nouns/usage/line-items.test.ts',
]

/** Tests that also run on PGlite: transactions, concurrency, migrations, authorization, the life of keys, the demo. */
export const ONCE_MORE_EMBEDDED = [
  'test/infra/database/',
  'test/infra/demo.test.ts',
  'test/infra/operator/user-remove.test.ts',
  'test/infra/operator/while-serving.test.ts',
  'test/infra/server/single-sign-on.test.ts',
  'test/nouns/api-key/',
  'test/nouns/erasure/',
  'test/nouns/gateway/commands.test.ts',
  'test/nouns/limit/leases-exchange.test.ts',
  'test/nouns/limit/overspend.test.ts',
  'test/nouns/notice/denials.test.ts',
  'test/nouns/usage/exactly-once.test.ts',
  'test/nouns/usage/months.test.ts',
  'test/nouns/usage/retention.test.ts',
  'test/nouns/usage/tags.test.ts',
  'test/nouns/usage/time-zones.test.ts',
  'test/nouns/verification/replicas.test.ts',
  'test/nouns/webhook/transaction.test.ts',
  'test/promises/authorization/',
  'test/promises/concurrency/',
  'test/promises/revocation/',
  'test/promises/rules/keys.test.ts',
  'test/promises/rules/used-and-gone.test.ts',
]

/** Tests of the embedded database itself, and of processes that open it. */
export const EMBEDDED_ONLY = [
  'test/clients/console/flows.test.ts',
  'test/infra/database/embedded.test.ts',
  'test/infra/docs/tour.test.ts',
  'test/infra/server/demo-chat.test.ts',
  'test/infra/server/node-versions.test.ts',
  'test/infra/server/processes.test.ts',
]

export interface Files {
  include: string[]
  exclude: string[]
}

const EVERY_TEST = 'test/**/*.test.ts'

const globOf = (path: string): string => (path.endsWith('/') ? `${path}**/*.test.ts` : path)

/** Returns the files of each project. Without PostgreSQL, the embedded database takes over its tests. */
export function filesOfProjects(hasPostgresql: boolean): Record<'pure' | 'postgresql' | 'pglite', Files> {
  const pure = PURE.map(globOf)
  const embedded = [...ONCE_MORE_EMBEDDED, ...EMBEDDED_ONLY].map(globOf)
  return {
    pure: { include: pure, exclude: [] },
    postgresql: hasPostgresql
      ? { include: [EVERY_TEST], exclude: [...pure, ...EMBEDDED_ONLY] }
      : { include: ['test/infra/postgresql-skipped.ts'], exclude: [] },
    pglite: { include: hasPostgresql ? embedded : [EVERY_TEST], exclude: pure },
  }
}
