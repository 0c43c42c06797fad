import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createOrganization, join, tokenOf } from '../../infra/world.ts'
import { findingsOf, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string

  beforeAll(async () => {
    setting = await openSetting()
    owner = await setting.createPerson('Olivia')
    organization = (await createOrganization(owner, 'Acme')).id
    await join(owner, organization, await setting.createPerson('Mei'), 'MEMBER')
    const { data } = await owner.ask(
      'query ($id: ID!) { organization(id: $id) { projects(first: 1) { nodes { id } } } }',
      { id: organization },
    )
    const [{ id: projectId }] = data.organization.projects.nodes
    const external = await setting.createPerson('Priya')
    const input = { projectId, email: external.email, role: 'MEMBER' }
    const added = await owner.mutate('collaboratorAdd', input, 'acceptUrl')
    await external.mutate('invitationAccept', { token: tokenOf(added.acceptUrl) })
  })
  afterAll(() => setting?.close())

  test('names the members without a second factor before requiring it', async () => {
    const page = await setting.open(owner)
    const card = page.getByRole('region', { name: 'Second factor' })
    const dialog = page.getByRole('dialog')
    await page.goto(`${setting.base}/o/${organization}/settings`)
    await card.getByText('3 people would lose access').waitFor()
    await card.getByText('You are one of them').waitFor()
    await setting.setSecondFactor(owner, true)
    await page.reload()
    await card.getByText('2 people would lose access').waitFor()
    await card.getByText('Mei').waitFor()
    await card.getByText('Priya').waitFor()

    await card.getByRole('checkbox').check()
    await card.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Priya').waitFor()
    expect(await findingsOf(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await card.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('button', { name: 'Lock out 2 people' }).click()
    await card.getByText('2 people see nothing of the organization').waitFor()
    expect(await findingsOf(page)).toEqual([])

    await card.getByRole('link', { name: 'Show these members' }).click()
    await page.getByRole('row', { name: 'Mei' }).getByText('No second factor').waitFor()
    await expect.poll(() => page.getByRole('row', { name: 'Olivia' }).count()).toBe(0)
    expect(await page.getByRole('row', { name: 'Priya' }).count()).toBe(0)
    expect(await findingsOf(page)).toEqual([])
    await page.getByLabel('Second factor').selectOption('With a second factor')
    await page.getByRole('row', { name: 'Olivia' }).waitFor()
    await expect.poll(() => page.getByRole('row', { name: 'Mei' }).count()).toBe(0)
    expect(setting.complaints).toEqual([])
    await leave(page)
  })
})
