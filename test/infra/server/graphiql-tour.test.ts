import { type Listener, listen } from '@keyward/server/http/listen'
import { createPerson } from '@keyward/server/identity/accounts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapPasswords } from '../cheap-passwords.ts'
import {
  chromiumPath,
  editor,
  execute,
  freePort,
  launchChromium,
  openPage,
  openTab,
  sendSignIn,
  signInThere,
  type Watched,
  write,
} from './chromium.ts'
import { type OpenApp, openApp, PASSWORD, post, sessionOf } from './open-app.ts'

const ADA = { name: 'Ada', email: 'ada@example.com', password: PASSWORD }

/** Path for a screenshot of the sixth step. Not taken by default. It shows no secret, only the start of two. */
const SCREENSHOT = process.env.KEYWARD_SCREENSHOT

describe.skipIf(chromiumPath === null)('the GraphiQL tour', () => {
  let opened: OpenApp
  let listener: Listener
  let browser: Browser
  let base: string
  let page: Page
  let bearer: string
  const watched: Watched = { outside: [], complaints: [] }

  beforeAll(async () => {
    const port = await freePort()
    base = `http://127.0.0.1:${port}`
    opened = await openApp({ KEYWARD_PUBLIC_URL: base })
    listener = await listen(opened.app, { host: '127.0.0.1', port, trustedProxies: null })
    await createPerson(opened.database, ADA, cheapPasswords)
    const credentials = { email: ADA.email, password: ADA.password }
    bearer = sessionOf(await post(opened.app, '/auth/sign-in/email', credentials, { origin: base })).bearer
    const query = 'mutation { organizationCreate(input: { name: "Compilers" }) { __typename } }'
    await post(opened.app, '/graphql', { query }, { authorization: bearer })
    browser = await launchChromium()
    page = await openPage(browser, base, watched)
  })
  afterAll(async () => {
    await browser?.close()
    await listener?.stop(1_000)
    await opened?.close()
  })

  /** Opens a tab, fills in the values of the step, runs it and returns the response. */
  async function run(tab: string, values: { input?: object; secret?: string } = {}) {
    await openTab(page, tab)
    if (values.input) await write(page, 'variable', { input: values.input })
    if (values.secret) await write(page, 'header', { Authorization: `Bearer ${values.secret}` })
    const response = await execute(page, tab)
    return { status: response.status(), ...(await response.json()) }
  }

  // Failed while a second visit lost the placeholder for a secret, and signing in led elsewhere.
  test('opening GraphiQL while signed out returns to it after signing in, with prepared tabs', async () => {
    const other = await openPage(browser, base, watched)
    await other.goto(`${base}/graphql`)
    await other.getByRole('button', { name: /^Execute query/ }).waitFor()
    await other.getByRole('link', { name: 'Sign in' }).click()
    await sendSignIn(other, ADA)
    await other.waitForURL(`${base}/graphql`)
    await other.getByText(`Signed in as ${ADA.email}`).waitFor()
    await openTab(other, 'AsTheKey')
    await other.getByRole('button', { name: 'Headers' }).click()
    await editor(other, 'header').getByText('paste-the-secret-here').waitFor()
    expect(other.url()).toBe(`${base}/graphql`)
    await other.context().close()
  })

  /** The values of the open tab. */
  const valuesOf = async (other: Page, tab: string): Promise<string> => {
    await openTab(other, tab)
    await other.getByRole('button', { name: 'Variables' }).click()
    // The editor shows spaces that do not break.
    return ((await editor(other, 'variable').locator('.view-lines').textContent()) ?? '').replaceAll(/\s/g, '')
  }

  test('the tabs contain the signed-in person’s ids, which are not stored', async () => {
    const ask = async (query: string) => {
      const answer = await post(opened.app, '/graphql', { query }, { authorization: bearer })
      return (await answer.json()).data
    }
    const { viewer } = await ask('{ viewer { projects { nodes { id organization { id } } } } }')
    const { id: projectId, organization } = viewer.projects.nodes[0]
    const other = await openPage(browser, base, watched)
    await other.goto(`${base}/graphql`)
    await other.getByRole('button', { name: /^Execute query/ }).waitFor()
    await expect.poll(() => valuesOf(other, 'ListKeys')).toBe('{"projectId":"prj_…"}')
    await other.getByRole('link', { name: 'Sign in' }).click()
    await sendSignIn(other, ADA)
    await other.getByText(`Signed in as ${ADA.email}`).waitFor()
    await expect.poll(() => valuesOf(other, 'ListKeys')).toBe(`{"projectId":"${projectId}"}`)
    await expect.poll(() => valuesOf(other, 'AuditLog')).toBe(`{"organizationId":"${organization.id}"}`)
    await expect.poll(() => valuesOf(other, 'SetExpiration')).toContain('"id":"key_…"')
    await expect.poll(() => valuesOf(other, 'CreateKey')).toContain(`"projectId":"${projectId}"`)
    expect(await valuesOf(other, 'CreateKey')).not.toContain('days')

    // Each of these runs as it is.
    const run = async (tab: string) => {
      await openTab(other, tab)
      return (await (await execute(other, tab)).json()).data
    }
    expect((await run('CreateKey')).apiKeyCreate.apiKey.name).toBe('Nightly evaluation')
    expect((await run('ListKeys')).project.apiKeys.nodes).toMatchObject([{ name: 'Nightly evaluation' }])
    expect((await run('Limits')).project.apiKeys.nodes).toMatchObject([{ budgetStatus: [] }])
    expect((await run('Explain')).explain).toMatchObject({ allowed: true })
    expect((await run('AuditLog')).organization.auditLog.nodes[0]).toMatchObject({ action: 'apiKey.created' })
    await openTab(other, 'Costs')
    const { from, to } = (await execute(other, 'Costs')).request().postDataJSON().variables.input
    expect(Math.abs(Date.parse(to) - 86_400_000 - Date.now())).toBeLessThan(3_600_000)
    expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(31)

    // The key of the tour has its id at the next visit. Storage has neither ids nor the secret.
    const { apiKeys } = (await run('ListKeys')).project
    const kept = () => other.evaluate(() => JSON.stringify({ ...localStorage }))
    await expect.poll(kept).toContain('prj_…')
    expect(await kept()).not.toContain(projectId)
    await other.reload()
    if (SCREENSHOT) {
      await openTab(other, 'Limits')
      await execute(other, 'Limits')
      await other.waitForTimeout(1_000)
      await other.screenshot({ path: SCREENSHOT.replace('.png', '-tabs.png') })
    }
    await expect.poll(() => valuesOf(other, 'Revoke')).toContain(`"id":"${apiKeys.nodes[0].id}"`)
    expect((await run('Revoke')).apiKeyRevoke.apiKey.status).toBe('REVOKED')
    await other.context().close()
  })

  // Failed before: the tabs had the ids of the default project of the first organization, whatever the person looked at.
  test('from a key’s page, GraphiQL opens with that key’s ids', async () => {
    const ask = async (query: string) => {
      const answer = await post(opened.app, '/graphql', { query }, { authorization: bearer })
      return (await answer.json()).data
    }
    const created = await ask(
      'mutation { organizationCreate(input: { name: "Looms" }) { ... on OrganizationCreatePayload { organization { id defaultProject { id } } } } }',
    )
    const { id: organizationId, defaultProject } = created.organizationCreate.organization
    const { apiKeyCreate } = await ask(
      `mutation { apiKeyCreate(input: { projectId: "${defaultProject.id}", name: "Weaver", expiresAt: null }) { ... on ApiKeyCreatePayload { apiKey { id } } } }`,
    )
    const other = await openPage(browser, base, watched)
    const page = `/o/${organizationId}/projects/${defaultProject.id}/keys/${apiKeyCreate.apiKey.id}`
    // Straight to the page: a second navigation could interrupt the one that follows the sign-in.
    await other.goto(`${base}/sign-in?next=${encodeURIComponent(page)}`)
    await sendSignIn(other, ADA)
    await other.waitForURL(base + page)
    await other.getByRole('button', { name: ADA.email }).click()
    await other.getByRole('menuitem', { name: 'Open GraphiQL' }).click()
    await other.getByText(`Signed in as ${ADA.email}`).waitFor()
    await expect.poll(() => valuesOf(other, 'ListKeys')).toBe(`{"projectId":"${defaultProject.id}"}`)
    await expect.poll(() => valuesOf(other, 'AuditLog')).toBe(`{"organizationId":"${organizationId}"}`)
    await expect.poll(() => valuesOf(other, 'SetExpiration')).toContain(`"id":"${apiKeyCreate.apiKey.id}"`)
    await other.context().close()
  })

  test('a secret in a tab’s variables is never stored', async () => {
    const other = await openPage(browser, base, watched)
    await other.goto(base)
    await signInThere(other, ADA)
    await other.goto(`${base}/graphql`)
    await openTab(other, 'Authorize')
    const secret = `kw_proj_${'Ab1'.repeat(16)}`
    await write(other, 'variable', { inputs: [{ secret, model: 'a-later-value' }] })
    const kept = () => other.evaluate(() => JSON.stringify({ ...localStorage }))
    await expect.poll(kept, { timeout: 30_000 }).toContain('a-later-value')
    expect(await kept()).not.toContain(secret)
    expect(await kept()).toContain('kw_proj_…')
    await other.context().close()
  })

  test('a subscription shows changes in its tab', async () => {
    const other = await openPage(browser, base, watched)
    await other.goto(base)
    await signInThere(other, ADA)
    await other.goto(`${base}/graphql`)
    await openTab(other, 'KeyChanges')
    const { projectId } = JSON.parse(await valuesOf(other, 'KeyChanges'))
    await other.getByRole('button', { name: /^Execute query/ }).click()
    let keys = 0
    const result = other.locator('.result-window')
    await expect
      .poll(
        async () => {
          keys += 1
          const query = `mutation { apiKeyCreate(input: { projectId: "${projectId}", name: "Followed ${keys}" }) { __typename } }`
          await post(opened.app, '/graphql', { query }, { authorization: bearer })
          return result.textContent()
        },
        { interval: 1_000, timeout: 60_000 },
      )
      .toContain('API_KEY_CREATED')
    await other.context().close()
  })

  test('covers signing in, a key’s lifecycle and its costs', async () => {
    await page.goto(base)
    await signInThere(page, ADA)
    await page.goto(`${base}/graphql`)
    await page.getByRole('button', { name: /^Execute query/ }).waitFor()
    const me = await run('WhoAmI')
    const projectId = me.data.viewer.projects.nodes[0].id

    const input = { projectId, name: 'Nightly evaluation', expiresAt: '2090-01-01T00:00:00Z' }
    const { apiKeyCreate } = (await run('CreateKey', { input })).data
    const { id } = apiKeyCreate.apiKey
    expect(apiKeyCreate.secret).toMatch(/^kw_proj_/)

    const asKey = await run('AsTheKey', { secret: apiKeyCreate.secret })
    expect(asKey.data.viewer.actor).toMatchObject({ __typename: 'ApiKey', id, status: 'ACTIVE' })

    const moved = await run('SetExpiration', { input: { id, expiresAt: '2091-01-01T00:00:00Z' } })
    expect(moved.data.apiKeyExpirationSet.apiKey.expiresAt).toBe('2091-01-01T00:00:00.000Z')

    const { apiKeyRotate } = (await run('Rotate', { input: { id, overlapSeconds: 3600 } })).data
    for (const secret of [apiKeyCreate.secret, apiKeyRotate.secret]) {
      expect((await run('AsTheKey', { secret })).data.viewer.actor.id).toBe(id)
    }

    const finished = await run('FinishRotation', { input: { id } })
    expect(finished.data.apiKeyRotationFinish.apiKey.secretVersions).toHaveLength(2)
    if (SCREENSHOT) {
      await page.waitForTimeout(500)
      await page.screenshot({ path: SCREENSHOT })
    }
    expect((await run('AsTheKey', { secret: apiKeyCreate.secret })).status).toBe(401)

    const revoked = await run('Revoke', { input: { id, reason: 'NO_LONGER_NEEDED' } })
    expect(revoked.data.apiKeyRevoke.apiKey.status).toBe('REVOKED')
    expect((await run('AsTheKey', { secret: apiKeyRotate.secret })).status).toBe(401)
    const costs = await run('Costs')
    expect(costs.data.viewer.organizations.nodes[0].costAnalytics).toMatchObject({ total: '0', totalRequests: '0' })
    expect(watched).toEqual({ outside: [], complaints: [] })
  })
})
