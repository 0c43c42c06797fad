import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build, preview } from 'vite'
import type { Person } from '../../infra/app.ts'
import { freePort } from '../../infra/server/chromium.ts'

const configFile = join(import.meta.dirname, '../../../sdk/examples/react-keys/vite.config.ts')

/** The built pages of the React example. */
export interface Pages {
  /** Serves them on an origin of their own. Returns the origin. */
  serve(port?: number): Promise<string>
  close(): Promise<void>
}

/** Builds the React example with Vite. */
export async function buildPages(): Promise<Pages> {
  const folder = await mkdtemp(join(tmpdir(), 'react-keys-'))
  const closings = [() => rm(folder, { recursive: true, force: true })]
  // Vite prefers the variable to the mode, and Vitest sets it: React would be its slower development version.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    await build({ configFile, logLevel: 'warn', mode: 'production', build: { outDir: folder, emptyOutDir: true } })
  } finally {
    process.env.NODE_ENV = NODE_ENV
  }
  return {
    async serve(given) {
      const port = given ?? (await freePort())
      const host = { host: '127.0.0.1', port, strictPort: true, open: false }
      const server = await preview({ configFile, logLevel: 'warn', build: { outDir: folder }, preview: host })
      closings.unshift(() => server.close())
      return `http://127.0.0.1:${port}`
    },
    async close() {
      for (const close of closings) await close()
    },
  }
}

/** Fills in and sends the form of the example's page. */
export async function signIn(page: Page, server: string, { email, password }: Person): Promise<void> {
  await page.getByLabel('Server').fill(server)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
