import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { createKey, tokenOf } from '../../infra/world.ts'
import { createAcme, leave, openSetting, type Person, type Setting } from './setting.ts'

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let organization: string
  let production: string
  beforeAll(async () => {
    setting = await openSetting()
    ;({ owner, organization, production } = await createAcme(setting))
    await createKey(owner, production, 'Batch')
  })
  afterAll(() => setting?.close())

  test('shows people only the actions and pages that their roles permit', async () => {
    const [member, external] = [await setting.createPerson('Mei'), await setting.createPerson('Priya')]
    const invited = await owner.mutate(
      'memberInvite',
      { organizationId: organization, email: member.email, role: 'MEMBER' },
      'acceptUrl',
    )
    expect(await member.mutate('invitationAccept', { token: tokenOf(invited.acceptUrl) })).toEqual({
      __typename: 'InvitationAcceptPayload',
    })
    const added = await owner.mutate(
      'collaboratorAdd',
      { projectId: production, email: external.email, role: 'MEMBER' },
      'acceptUrl',
    )
    await external.mutate('invitationAccept', { token: tokenOf(added.acceptUrl) })
    const linksOf = async (person: Person) => {
      const page = await setting.open(person)
      await page.goto(setting.base)
      await page.getByRole('navigation', { name: 'Organization' }).waitFor()
      return {
        page,
        links: await page.getByRole('navigation', { name: 'Organization' }).getByRole('link').allTextContents(),
      }
    }
    const asMember = await linksOf(member)
    expect(asMember.links).toEqual(['API keys', 'Projects', 'Playground', 'Members'])
    await asMember.page.goto(`${setting.base}/o/${organization}/members`)
    await asMember.page.getByText('Olivia').waitFor()
    expect(await asMember.page.getByRole('button', { name: 'Invite member' }).count()).toBe(0)
    await asMember.page.goto(`${setting.base}/o/${organization}/audit`)
    await asMember.page.getByText('Your role does not include this').waitFor()
    await asMember.page.goto(`${setting.base}/o/${organization}/projects/${production}`)
    await asMember.page.getByText('Your role does not include this').waitFor()

    await asMember.page.goto(`${setting.base}/o/${organization}/playground`)
    // This instance has no inference endpoint, and its configuration names no operator.
    await asMember.page.getByText('If you operate it, set KEYWARD_INFERENCE_URL').waitFor()
    expect(await asMember.page.getByRole('button', { name: 'Send' }).count()).toBe(0)

    const asExternal = await linksOf(external)
    expect(asExternal.links).toEqual(['API keys', 'Projects', 'Playground'])
    await asExternal.page.getByRole('link', { name: 'Batch' }).click()
    await asExternal.page.getByRole('heading', { name: 'Batch' }).waitFor()
    expect(await asExternal.page.getByRole('heading', { name: 'Usage' }).count()).toBe(0)
    await asExternal.page.getByRole('button', { name: 'Actions' }).click()
    await asExternal.page.getByRole('menuitem').first().waitFor()
    expect(await asExternal.page.getByRole('menuitem').allTextContents()).toEqual([
      'Rename',
      'Set expiration',
      'Rotate',
      'Create child token',
      'Pause',
      'Report as leaked',
      'Revoke',
    ])
    for (const { page } of [asMember, asExternal]) await leave(page)
  })

  test('requests nothing from other origins and never violates its content security policy', () => {
    expect(setting.complaints).toEqual([])
  })
})
