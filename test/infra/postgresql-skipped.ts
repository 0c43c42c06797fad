import { test } from 'vitest'

// Runs in place of all tests where PostgreSQL cannot, so that the report says so.
test.skip(`everything on PostgreSQL, because it does not run here: ${process.env.KEYWARD_NO_POSTGRESQL}`)
