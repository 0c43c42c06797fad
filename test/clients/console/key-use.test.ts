import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGateway } from '../../../schema/gateway/service.ts'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createAcme, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the key page', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let production: string
  beforeAll(async () => {
    setting = await openSetting()
    ;({ owner, organization, production } = await createAcme(setting))
  })
  afterAll(() => setting?.close())

  const dialog = (page: Page) => page.getByRole('dialog')
  const use = async (secret: string) =>
    expect((await setting.as(secret).ask('{ viewer { kind } }')).data?.viewer.kind).toBe('API_KEY')

  /** Creates a key, and opens its page, which has loaded. */
  async function openKey(name: string) {
    const { apiKey, secret } = await owner.mutate(
      'apiKeyCreate',
      { projectId: production, name },
      'secret apiKey { id }',
    )
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/projects/${production}/keys/${apiKey.id}`)
    await page.getByRole('heading', { name }).waitFor()
    const act = async (item: string) => {
      await page.getByRole('button', { name: 'Actions' }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await dialog(page).waitFor()
    }
    return { page, act, secret: secret as string, id: apiKey.id as string }
  }

  test('shows a key’s first use on the open page', async () => {
    const { page, secret } = await openKey('Watched')
    const secrets = page.getByRole('table', { name: 'Secrets' })
    await secrets.getByText('Never').first().waitFor()
    await use(secret)
    // Red while only changes of a key refreshed its page: a use is not one.
    await expect.poll(() => secrets.getByText('Never').count(), { timeout: 60_000 }).toBe(0)
    await leave(page)
  })

  test('warns before revoking a key that is used without recording usage', async () => {
    const { page, act, secret, id } = await openKey('In use')
    await use(secret)
    await expect
      .poll(
        async () => (await owner.ask(`{ node(id: "${id}") { ... on ApiKey { lastUsedAt } } }`)).data?.node.lastUsedAt,
      )
      .not.toBeNull()
    await page.reload()
    await act('Revoke')
    await dialog(page).getByText('The key was last used').waitFor()
    // Red with "last used just now, and not in the last 24 hours", in green.
    expect(await dialog(page).textContent()).toContain('Requests that still send it will be denied.')
    await leave(page)
  })

  test('offers a rotation without an overlap', async () => {
    const { page, act } = await openKey('Rotated')
    await act('Rotate')
    await dialog(page).getByText('Until then both secrets work').waitFor()
    await dialog(page).getByLabel('The old secret stops working').selectOption('At once')
    await dialog(page).getByText('Requests that still send it will be denied').waitFor()
    expect(await dialog(page).getByText('Until then').count()).toBe(0)
    await dialog(page).getByLabel('The old secret stops working').selectOption('In 24 hours')
    await dialog(page).getByRole('button', { name: 'Rotate' }).click()
    await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await page.getByText(/^Stops in \d+ hours$/).waitFor()
    await leave(page)
  })

  test('creates a child token within the key’s bounds', async () => {
    const { page, act, id } = await openKey('Parent')
    await owner.mutate('apiKeyScopesSet', { id, workloads: ['INFERENCE'] })
    await page.reload()
    await act('Create child token')
    const form = dialog(page)
    expect(await form.getByLabel('Batch').isDisabled()).toBe(true)
    await form.getByLabel('Lifetime').selectOption('1 minute')
    await form.getByLabel('Maximum cost').fill('0.50')
    await form.getByText('Models and origins').click()
    await form.getByLabel('Origins').fill('app.example.com')
    await form.getByRole('button', { name: 'Create token' }).click()
    await form.getByText('Must be the origin of a web page').waitFor()
    await form.getByLabel('Origins').fill('https://app.example.com')
    await form.getByRole('button', { name: 'Create token' }).click()
    const token = await dialog(page).locator('[data-secret]').textContent()
    expect(token).toMatch(/^kw_tmp_/)
    await dialog(page).getByText('The token works until').waitFor()
    await dialog(page).getByRole('button', { name: 'Copy', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await page.getByText('1 child token is live.').waitFor()
    expect(await page.content()).not.toContain(token)
    const gateway = setting.as((await createGateway(setting.app.runtime, 'token gateway')).token)
    const verify = async (more: object) => {
      const query = `query ($inputs: [ApiKeyVerifyInput!]!) { apiKeysVerify(inputs: $inputs) {
        __typename ... on ApiKeyDenied { reason } } }`
      const input = {
        secret: token,
        workload: 'INFERENCE',
        origin: 'https://app.example.com',
        ...more,
      }
      const { data } = await gateway.ask(query, { inputs: [input] })
      return data?.apiKeysVerify[0].reason ?? 'ALLOWED'
    }
    expect(await verify({})).toBe('ALLOWED')
    expect(await verify({ origin: 'https://elsewhere.example' })).toBe('ORIGIN_NOT_ALLOWED')
    await owner.mutate('apiKeyRevoke', { id })
    await expect.poll(() => verify({})).toBe('REVOKED')
    await leave(page)
  })

  test('shows the amount reserved for running requests next to the amount spent', async () => {
    const { page, secret, id } = await openKey('Reserved')
    await owner.mutate('apiKeyLimitsSet', { id, budgets: [{ period: 'TOTAL', usd: '1' }] })
    const { token } = await createGateway(setting.app.runtime, 'console')
    const query = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) { __typename } }`
    const { data } = await setting.as(token).ask(query, { inputs: [{ secret, estimatedCost: '0.8' }] })
    expect(data.apiKeysAuthorize).toEqual([{ __typename: 'ApiKeyAllowed' }])
    await page.reload()
    // Red with "$0.00 spent" and "$0.20 left" of $1, which nothing explained.
    await page.getByText('$0.00 spent, $0.80 reserved').waitFor()
    expect(await page.getByText('$0.20 left').count()).toBe(1)
    await leave(page)
  })

  test('shows a command for trying a key, only if the key works', async () => {
    const { page, act } = await openKey('Tried')
    const command = page.getByRole('region', { name: 'Command that tries the key' })
    await command.waitFor()
    await page.getByText('Set KEYWARD_SECRET to the secret').waitFor()
    await act('Revoke')
    await dialog(page).getByRole('button', { name: 'Revoke key' }).click()
    await page.getByText('A revocation is final').waitFor()
    await expect.poll(() => command.count()).toBe(0)
    await leave(page)
  })

  test('requests nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
