import { generateSecret } from '@keyward/schema/api-key/secret'
import { createGateway } from '@keyward/schema/gateway/service'
import { loadModels } from '@keyward/schema/model/load'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, freePort } from '../../infra/server/chromium.ts'
import { createProject, join } from '../../infra/world.ts'
import { type Example, start } from '../gateway-module/example.ts'
import { createAcme, findingsOf, LOOKS, leave, openSetting, type Person, type Setting } from './setting.ts'

/* The playground with the example inference server on another origin, which authorizes by the gateway module. */

const MODEL = 'example/porter'
/** Prices of a token, in US dollars. */
const [INPUT, OUTPUT] = [0.00001, 0.00003]

describe.runIf(chromiumPath !== null)('the playground with an endpoint on another origin', () => {
  let setting: Setting
  let example: Example
  let owner: Person
  let member: Person
  let organization: string
  let production: string
  let endpoint: string

  beforeAll(async () => {
    const port = await freePort()
    endpoint = `http://127.0.0.1:${port}`
    setting = await openSetting(async () => ({ KEYWARD_INFERENCE_URL: `${endpoint}/v1` }))
    ;({ owner, organization, production } = await createAcme(setting))
    member = await setting.createPerson('Mei')
    await join(owner, organization, member, 'MEMBER')
    const effectiveFrom = '2020-01-01T00:00:00Z'
    const prices = [
      { lineItem: 'INPUT_TOKENS', usd: '10', effectiveFrom },
      { lineItem: 'OUTPUT_TOKENS', usd: '30', effectiveFrom },
    ]
    const { runtime } = setting.app
    await loadModels(runtime, {
      models: [
        { slug: MODEL, displayName: 'Porter', workload: 'INFERENCE', prices },
        { slug: 'example/vectors', displayName: 'Vectors', workload: 'INFERENCE', prices: prices.slice(0, 1) },
      ],
    })
    const { token } = await createGateway(runtime, 'Edge')
    example = await start({
      KEYWARD_URL: setting.base,
      KEYWARD_GATEWAY_TOKEN: token,
      MODEL,
      PORT: String(port),
      CORS_ORIGINS: setting.base,
    })
  })
  afterAll(async () => {
    example?.kill('SIGKILL')
    await example?.ended
    await setting?.close()
  })

  const answer = (page: Page) => page.getByRole('region', { name: 'Answer' })
  const chosenProject = (page: Page) => page.getByLabel('Project', { exact: true })
  const address = () => `${setting.base}/o/${organization}/playground`

  async function openPlayground(person: Person, project = production): Promise<Page> {
    const page = await setting.open(person)
    await page.goto(`${address()}?project=${project}`)
    await page.getByRole('button', { name: 'Send' }).waitFor()
    return page
  }

  async function send(page: Page, message: string): Promise<void> {
    await page.getByLabel('Message').fill(message)
    await page.getByRole('button', { name: 'Send' }).click()
  }

  async function tokensOf(person: Person): Promise<number> {
    const [row] = await setting.app.runtime.database.sql<{ count: number }>(
      'SELECT count(*)::int AS count FROM playground_token t JOIN "user" u ON u.id = t.user_id WHERE u.email = $1',
      [person.email],
    )
    return row?.count ?? 0
  }

  /** Requests and cost of a project. */
  async function recordedBy(project: string) {
    const day = 86_400_000
    const { data } = await owner.ask(
      'query ($id: ID!, $input: CostAnalyticsInput!) { project(id: $id) { costAnalytics(input: $input) { total totalRequests } } }',
      {
        id: project,
        input: {
          from: new Date(Date.now() - day).toISOString(),
          to: new Date(Date.now() + day).toISOString(),
          granularity: 'DAY',
        },
      },
    )
    const { total, totalRequests } = data.project.costAnalytics
    return { cost: Number(total), requests: Number(totalRequests) }
  }

  async function look(page: Page): Promise<string[]> {
    const found: string[] = []
    for (const { width, colorScheme } of LOOKS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      found.push(...(await findingsOf(page)))
      const used = await page.evaluate(() => document.documentElement.scrollWidth)
      if (used > width) found.push(`is ${used} pixels wide`)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    return found
  }

  // Failed while the page kept the policy of the page before: the browser blocked the request.
  test('streams a response after the user visits another page, and shows the recorded cost', async () => {
    const page = await setting.open(owner)
    await page.goto(`${setting.base}/o/${organization}/keys`)
    await page.getByRole('link', { name: 'Playground', exact: true }).first().click()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(await page.getByLabel('Model', { exact: true }).locator('option').allTextContents()).toEqual(['Porter'])
    await chosenProject(page).selectOption({ label: 'Production' })
    expect(new URL(page.url()).searchParams.get('project')).toBe(production)
    const sent = page.waitForRequest((request) => request.url().startsWith(endpoint) && request.method() === 'POST')
    await send(page, 'Who opens the door?')
    expect((await (await sent).allHeaders()).cookie).toBeUndefined()
    await answer(page).getByText('200 · Complete').waitFor()
    await answer(page).getByText('Paid by Production.').waitFor()
    const shown = (await answer(page).textContent()) ?? ''
    const [, output, cost] = /Input5 tokensOutput(\d+) tokensCost\$([\d.]+)/.exec(shown) ?? []
    expect(Number(cost)).toBeCloseTo(5 * INPUT + Number(output) * OUTPUT, 8)
    await expect.poll(() => recordedBy(production)).toEqual({ cost: Number(cost), requests: 1 })
    expect(await look(page)).toEqual([])

    // The same token serves the next request, and another project gets its own.
    await send(page, 'And who closes it?')
    await expect.poll(async () => (await recordedBy(production)).requests).toBe(2)
    expect(await tokensOf(owner)).toBe(1)
    await chosenProject(page).selectOption({ label: 'Playground' })
    await send(page, 'Who pays?')
    await answer(page).getByText('Paid by Playground.').waitFor()
    await answer(page).getByText('200 · Complete').waitFor()
    expect(await tokensOf(owner)).toBe(2)
    const known = await page.evaluate(() =>
      JSON.stringify([document.documentElement.outerHTML, location.href, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(known).not.toContain('kw_play_')
    await leave(page)
  })

  test('creates a new token and resends the message if the endpoint rejects the old token', async () => {
    const page = await openPlayground(owner)
    await send(page, 'First')
    await answer(page).getByText('200 · Complete').waitFor()
    const before = await tokensOf(owner)
    // As if the token had expired on the way.
    await page.route(
      (url) => url.href.startsWith(endpoint),
      (route) =>
        route.continue({
          headers: { ...route.request().headers(), authorization: `Bearer ${generateSecret('play')}` },
        }),
      { times: 1 },
    )
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().startsWith(endpoint) && response.request().method() === 'POST')
        statuses.push(response.status())
    })
    await send(page, 'Second')
    await expect.poll(() => statuses).toEqual([401, 200])
    await answer(page).getByText('200 · Complete').waitFor()
    expect(await tokensOf(owner)).toBe(before + 1)
    await leave(page)
  })

  test('stops a response, which is charged for the tokens so far', async () => {
    const project = await createProject(owner, organization, 'Short')
    const page = await openPlayground(owner, project)
    await page.getByLabel('Maximum output tokens').fill('4096')
    await send(page, 'word '.repeat(3_000))
    await answer(page).getByText('Answering…').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await answer(page).getByText('Stopped. The tokens that were generated until then are charged.').waitFor()
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0)
    await expect.poll(async () => (await recordedBy(project)).requests).toBe(1)
    expect((await recordedBy(project)).cost).toBeLessThan(3_000 * INPUT + 4_096 * OUTPUT)
    await leave(page)
  })

  test('explains why a request is denied, and who can change that', async () => {
    const { data } = await owner.ask('query ($id: ID!) { organization(id: $id) { defaultProject { id } } }', {
      id: organization,
    })
    const poor = data.organization.defaultProject.id
    await owner.mutate('projectUsageLimitsSet', { projectId: poor, budgets: [{ period: 'MONTH', usd: '0.001' }] })
    const asOwner = await openPlayground(owner, poor)
    await send(asOwner, 'Who pays for this?')
    await answer(asOwner).getByText('429 · BUDGET_EXCEEDED').waitFor()
    await answer(asOwner).getByText('The budget has no room for this request').waitFor()
    const raise = answer(asOwner).getByRole('link', { name: 'settings of the project' })
    expect(await raise.getAttribute('href')).toContain(`/projects/${poor}/settings`)
    // The limits of the project are shown to people who may read them.
    await asOwner.getByText('a month').waitFor()
    expect(await look(asOwner)).toEqual([])
    const asMember = await openPlayground(member, poor)
    expect(await chosenProject(asMember).locator('option').allTextContents()).toEqual(['Playground'])
    await send(asMember, 'Who pays for this?')
    await answer(asMember).getByText('Ask an admin of the project or of the organization to raise it.').waitFor()
    expect(await answer(asMember).getByRole('link').count()).toBe(0)
    for (const page of [asOwner, asMember]) await leave(page)
  })

  test('copies a command that sends the same request, without the token', async () => {
    const page = await openPlayground(owner)
    await page.getByLabel('Message').fill(`Who's there?`)
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    expect(command).toContain(`curl -N '${endpoint}/v1/chat/completions'`)
    expect(command).toContain('"authorization: Bearer $KEYWARD_SECRET"')
    expect(command).toContain(`"content":"Who'\\''s there?"`)
    expect(command).not.toContain('kw_')
    await leave(page)
  })

  test('sends messages with the keyboard, and selects a model from the list', async () => {
    const page = await openPlayground(owner)
    await page.getByLabel('Maximum output tokens').fill('4096')
    await page.getByRole('button', { name: 'Try Porter' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).searchParams.get('model')).toBe(MODEL)
    expect(await page.getByLabel('Message').evaluate((field) => field === document.activeElement)).toBe(true)
    // An answer of more than a minute.
    await page.keyboard.insertText('word '.repeat(3_000))
    await page.keyboard.press('Control+Enter')
    await answer(page).getByText('Answering…').waitFor()
    await page.keyboard.press('Tab')
    await expect
      .poll(() => page.getByRole('button', { name: 'Stop' }).evaluate((stop) => stop === document.activeElement))
      .toBe(true)
    await page.keyboard.press('Enter')
    await answer(page).getByText('Stopped', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Try Vectors' }).count()).toBe(0)
    await leave(page)
  })

  test('requests nothing from other servers, and never violates its content security policy', () => {
    expect(setting.complaints.filter((complaint) => !complaint.startsWith(`${endpoint}/v1/chat/completions`))).toEqual(
      [],
    )
  })

  test('reports an unreachable endpoint with possible reasons', async () => {
    const page = await openPlayground(owner)
    example.kill('SIGKILL')
    await example.ended
    await send(page, 'Is anybody there?')
    await answer(page).getByText('The endpoint cannot be reached').waitFor()
    expect(await answer(page).textContent()).toContain(`does not allow requests from ${setting.base} (CORS)`)
    await leave(page)
  })
})
