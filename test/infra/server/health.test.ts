import type { App } from '@keyward/server/app'
import { expect, test } from 'vitest'
import { ORIGIN, openApp } from './open-app.ts'

test('the health endpoints report whether the process is live and ready', async () => {
  const { app, database, close } = await openApp({ KEYWARD_CORS_ORIGINS: 'https://console.example.com' })
  const ask = async (path: string) => {
    const response = await app.fetch(new Request(ORIGIN + path))
    return { status: response.status, ...(await response.json()) }
  }
  expect(await ask('/health/live')).toEqual({ status: 'live' })
  expect((await app.fetch(new Request(`${ORIGIN}/health/ready`))).status).toBe(200)
  expect(await ask('/health/authorize')).toEqual({ status: 'ready' })

  await database.sql(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at)
     VALUES ('ffffffff-0000-4000-8000-000000000000', 'x', now(), '29990101000000_later', now())`,
  )
  const newer = await app.fetch(new Request(`${ORIGIN}/health/ready`))
  expect([newer.status, await newer.json()]).toEqual([503, { status: 'database newer than this server' }])
  expect((await app.fetch(new Request(`${ORIGIN}/health/authorize`))).status).toBe(503)
  await database.sql(`DELETE FROM _prisma_migrations WHERE migration_name = '29990101000000_later'`)

  app.leave()
  const stopping = await app.fetch(new Request(`${ORIGIN}/health/ready`))
  expect([stopping.status, await stopping.json()]).toEqual([503, { status: 'stopping' }])
  const leaving = await app.fetch(new Request(`${ORIGIN}/health/authorize`))
  expect([leaving.status, await leaving.json()]).toEqual([503, { status: 'stopping' }])
  expect(await ask('/health/live')).toEqual({ status: 'live' })
  await close()
})

test('only pages of configured origins can call the server, and never with cookies', async () => {
  const { app, close } = await openApp({ KEYWARD_CORS_ORIGINS: 'https://console.example.com' })
  const preflight = (origin: string) =>
    app.fetch(
      new Request(`${ORIGIN}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      }),
    )
  const allowed = await preflight('https://console.example.com')
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://console.example.com')
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
  // The response headers that the SDK reads, and the token of a session.
  expect(allowed.headers.get('access-control-expose-headers')).toBe('retry-after, set-auth-token, x-request-id')
  const refused = await preflight('https://evil.example')
  expect(refused.status).toBe(403)
  expect(refused.headers.get('access-control-allow-origin')).toBeNull()
  await close()
})

test('an unknown path returns 404 with the security headers of pages', async () => {
  const { app, close } = await openApp()
  const missing = await app.fetch(new Request(`${ORIGIN}/etc/passwd`))
  expect(missing.status).toBe(404)
  expect((await missing.json()).errors[0].extensions.code).toBe('BAD_REQUEST')
  for (const path of ['/', '/graphql', '/invitations/accept']) {
    const page = await app.fetch(new Request(ORIGIN + path, { headers: { accept: 'text/html' } }))
    expect(page.status, path).toBe(200)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  }
  await close()
})

// Failed while the policy of every page allowed the endpoint.
test('only the playground page is allowed to connect to the inference endpoint', async () => {
  const { app, replica, close } = await openApp()
  const other = await replica({ KEYWARD_INFERENCE_URL: 'https://inference.example.com:8443/v1' })
  const read = async (at: App, path: string) => {
    const page = await at.fetch(new Request(ORIGIN + path, { headers: { accept: 'text/html' } }))
    const policy = page.headers.get('content-security-policy') ?? ''
    const [, connect] = /connect-src ([^;]*);/.exec(policy) ?? []
    return { connect, knows: (await page.text()).includes('https://inference.example.com:8443/v1') }
  }
  const playground = '/o/org_1/playground'
  expect(await read(app, playground)).toEqual({ connect: "'self'", knows: false })
  expect(await read(other, playground)).toEqual({ connect: "'self' https://inference.example.com:8443", knows: true })
  for (const path of ['/', '/account', '/o/org_1/keys', '/o/org_1/projects/playground', '/o/playground'])
    expect(await read(other, path), path).toEqual({ connect: "'self'", knows: true })
  await close()
})
