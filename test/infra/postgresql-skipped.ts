import { test } from 'vitest'

// Runs instead of all tests if PostgreSQL cannot run, so that the report shows it.
test.skip(`everything on PostgreSQL, because it cannot run here: ${process.env.KEYWARD_NO_POSTGRESQL}`)
