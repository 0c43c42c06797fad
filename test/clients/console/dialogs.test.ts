import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { addCollaborator, createKey, createTrust, foreignSecret, join } from '../../infra/world.ts'
import { createAcme, findingsOf, LOOKS, leave, openSetting, type Person, type Setting } from './setting.ts'

/** Where a dialog is opened: a page, the names of the buttons and menu entries to press, and its title. */
type Opening = readonly [page: string, open: readonly string[], title: string | RegExp]

const ACTIONS = 'Actions for Website chat'
const ROTATING = 'Actions for Rotating'

/** Every file of the console with a dialog, and how to open those of it. */
const DIALOGS: Record<string, readonly Opening[]> = {
  'account/erase-card.tsx': [['/account', ['Erase account…'], 'Erase your account']],
  'deletion/delete-dialog.tsx': [['{organization}/settings', ['Delete organization'], /^Delete “Acme”/]],
  'keys/create-key-dialog.tsx': [['{organization}/keys', ['Create key'], 'Create key']],
  'keys/dialogs/adjust-dialog.tsx': [['{key}', ['Adjust costs'], /^Adjust the costs/]],
  'keys/dialogs/child-token.tsx': [['{project}', [ACTIONS, 'Create child token'], /^Create a child token/]],
  'keys/dialogs/expiration.tsx': [['{project}', [ACTIONS, 'Set expiration'], /^Set expiration/]],
  'keys/dialogs/leaked.tsx': [['{project}', [ACTIONS, 'Report as leaked'], /^Report “Website chat”/]],
  'keys/dialogs/limits.tsx': [['{project}', [ACTIONS, 'Set limits'], /^Set limits/]],
  'keys/dialogs/pause.tsx': [['{project}?status=PAUSED', ['Actions for Resting', 'Resume'], /^Resume/]],
  'keys/dialogs/rename.tsx': [['{project}', [ACTIONS, 'Rename'], /^Rename/]],
  'keys/dialogs/revoke-many.tsx': [['{project}', ['Select Website chat', 'Revoke selected keys'], /^Revoke/]],
  'keys/dialogs/revoke.tsx': [['{project}', [ACTIONS, 'Revoke'], /^Revoke/]],
  'keys/dialogs/rotation.tsx': [
    ['{project}', [ACTIONS, 'Rotate'], /^Rotate/],
    ['{project}', [ROTATING, 'Finish rotation'], /^Finish rotation/],
    ['{project}', [ROTATING, 'Undo rotation'], /^Undo rotation/],
  ],
  'keys/dialogs/scopes.tsx': [['{project}', [ACTIONS, 'Set scopes'], /^Set scopes/]],
  'limits/parts-card.tsx': [
    ['{project}/settings', ['Limit a consumer'], 'Limit a consumer'],
    ['{organization}/settings', ['Limit a tag'], 'Limit a tag'],
  ],
  'members/add-collaborator-dialog.tsx': [['{project}/collaborators', ['Add member'], /^Add to/]],
  'members/invite-dialog.tsx': [['{organization}/members', ['Invite member'], /^Invite to/]],
  'members/take-role-dialog.tsx': [
    ['{organization}/members', ['Actions for Alan', 'Make member'], /^Make “Alan” a member/],
    ['{organization}/members', ['Actions for Mei', 'Remove'], /^Remove “Mei”/],
  ],
  'organization/regenerate-dialog.tsx': [['{organization}/settings', ['Regenerate'], 'Regenerate the legacy key']],
  'organization/second-factor-requirement-card.tsx': [
    [
      '{organization}/settings',
      ['Second factor > Require a second factor', 'Second factor > Save'],
      'Require a second factor',
    ],
  ],
  'ownership/offer-note.tsx': [['{organization}/members', ['Withdraw the offer'], 'Withdraw the offer']],
  'pause/pause-dialog.tsx': [
    ['{project}', [ACTIONS, 'Pause'], /^Pause/],
    ['{project}/settings', ['Pause project'], /^Pause/],
  ],
  'projects/create-project-dialog.tsx': [['{organization}/projects', ['Create project'], 'Create project']],
  'routes/collaborators.tsx': [['{project}/collaborators', ['Actions for Mei', 'Remove'], /^Remove “Mei” from/]],
  'routes/members.tsx': [
    ['{organization}/members', ['Actions for Mei', 'Offer the ownership'], /^Offer the ownership/],
  ],
  'routes/project-settings.tsx': [['{project}/settings', ['Archive project'], /^Archive/]],
  'routes/webhook.tsx': [['{webhook}', ['Remove'], 'Remove webhook']],
  'service-accounts/dialogs.tsx': [
    ['{organization}/service-accounts', ['Create service account'], 'Create service account'],
    ['{organization}/service-accounts', ['Actions for Deployer', 'Rotate token'], /^Rotate the token/],
    ['{organization}/service-accounts', ['Actions for Deployer', 'Remove'], /^Remove “Deployer”/],
  ],
  'trusts/trust-dialog.tsx': [['{project}/settings', ['Add trust'], 'Add trust']],
  'trusts/trusts-card.tsx': [['{project}/settings', ['Delete CI'], /^Delete “CI”/]],
  'webhooks/delivery-dialog.tsx': [['{webhook}', [/^Details of/.source], 'Webhook test']],
  'webhooks/resend-failed-dialog.tsx': [['{webhook}', ['Send failed again'], 'Send failed messages again']],
  'webhooks/rotate-secret-dialog.tsx': [['{webhook}', ['Rotate secret'], 'Rotate the signing secret']],
  'webhooks/webhook-dialog.tsx': [
    ['{organization}/webhooks', ['Create webhook'], 'Create webhook'],
    ['{webhook}', ['Change'], 'Change webhook'],
  ],
}

/** Dialogs that other tests open, for the passkey or the provider that they need. */
const ELSEWHERE: Record<string, string> = {
  'account/disconnect-dialog.tsx': 'single-sign-on.test.ts',
  'account/remove-passkey-dialog.tsx': 'account.test.ts',
}

/** The parts of which dialogs are made. */
const PARTS = ['ui/dialog.tsx', 'app/confirm-dialog.tsx', 'keys/dialogs/with-detail.tsx']

const SOURCES = 'console/src'

const filesWithDialogs = (): string[] =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx') && !PARTS.includes(file))
    .filter((file) =>
      /<(FormDialog|SecretDialog|ConfirmDialog|Dialog)\b/.test(readFileSync(`${SOURCES}/${file}`, 'utf8')),
    )

test('every console file with a dialog is listed in the dialog table', () => {
  expect(filesWithDialogs().sort()).toEqual([...Object.keys(DIALOGS), ...Object.keys(ELSEWHERE)].sort())
})

describe.runIf(chromiumPath !== null)('the console', () => {
  let setting: Setting
  let owner: Person
  let places: Record<string, string>
  beforeAll(async () => {
    setting = await openSetting()
    const acme = await createAcme(setting)
    owner = acme.owner
    const { organization: organizationId, production: projectId } = acme
    const { id: keyId } = await createKey(owner, projectId, 'Website chat')
    const rotating = await createKey(owner, projectId, 'Rotating')
    await owner.mutate('apiKeyRotate', { id: rotating.id })
    const resting = await createKey(owner, projectId, 'Resting')
    await owner.mutate('apiKeyPause', { id: resting.id })
    const mei = await join(owner, organizationId, await setting.createPerson('Mei'), 'MEMBER')
    await join(owner, organizationId, await setting.createPerson('Alan'), 'ADMIN')
    await owner.mutate('collaboratorAdd', { projectId, principalId: mei, role: 'MEMBER' })
    await owner.mutate('ownershipTransferOffer', { organizationId, memberId: mei })
    const account = { organizationId, name: 'Deployer', role: 'MEMBER' }
    const { serviceAccount } = await owner.mutate('serviceAccountCreate', account, 'serviceAccount { id }')
    await addCollaborator(owner, projectId, serviceAccount.id, 'MEMBER')
    await createTrust(owner, projectId, serviceAccount.id, 'CI')
    await owner.mutate('legacyKeyImport', { organizationId, secret: foreignSecret() })
    const hook = { organizationId, url: 'https://webhooks.invalid/', events: ['WEBHOOK_TEST'] }
    const { webhook } = await owner.mutate('webhookCreate', hook, 'webhook { id }')
    await owner.mutate('webhookTest', { id: webhook.id })
    // Then the Owner can try to require it of the others.
    await setting.setSecondFactor(owner, true)
    const at = `/o/${organizationId}`
    places = {
      organization: at,
      project: `${at}/projects/${projectId}`,
      key: `${at}/projects/${projectId}/keys/${keyId}`,
      webhook: `${at}/webhooks/${webhook.id}`,
    }
  })
  afterAll(() => setting?.close())

  /** A control by its name, or by the title of its card and its name. */
  const control = (page: Page, path: string) => {
    const [name = '', card] = path.split(' > ').reverse()
    const place = card ? page.getByRole('region', { name: card, exact: true }) : page
    const named = { name: name.startsWith('^') ? new RegExp(name) : name, exact: true }
    return (['button', 'menuitem', 'checkbox'] as const)
      .map((role) => place.getByRole(role, named))
      .reduce((one, other) => one.or(other))
      .first()
  }

  /** The problems of one dialog, in both sizes and color schemes, and of the focus before and after it. */
  async function look(page: Page, [at, open, title]: Opening): Promise<string[]> {
    const address = setting.base + at.replace(/\{(\w+)\}/, (_, name: string) => places[name] ?? '')
    if (page.url() !== address) await page.goto(address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
    for (const name of open) await control(page, name).click()
    const dialog = page.getByRole('dialog', { name: title })
    await dialog.waitFor()
    await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
    const problems: string[] = []
    const holdsFocus = () => dialog.evaluate((element) => element.contains(document.activeElement))
    await expect
      .poll(holdsFocus, { timeout: 10_000 })
      .toBe(true)
      .catch(() => problems.push('does not take the focus'))
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      problems.push(...(await findingsOf(page, '[role=dialog]')))
      const beyond = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)
      if (beyond > 0) problems.push(`is ${beyond} pixels too wide at ${width}`)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    // People who work by keyboard continue where they were. Failed before: "Create key" lost the focus.
    const isLost = () => page.evaluate(() => document.activeElement === document.body)
    await expect
      .poll(isLost, { timeout: 10_000 })
      .toBe(false)
      .catch(() => problems.push('loses the focus when it closes'))
    return problems
  }

  test('has only accessible dialogs, which fit a width of 360 pixels and restore the focus', async () => {
    const page = await setting.open(owner)
    const found: Record<string, string[]> = {}
    // By page, since loading one takes longer than looking at a dialog.
    const all = Object.entries(DIALOGS).flatMap(([file, openings]) => openings.map((opening) => ({ file, opening })))
    for (const { file, opening } of all.sort((one, other) => one.opening[0].localeCompare(other.opening[0]))) {
      const problems = await look(page, opening).catch((error: Error) => [error.message.slice(0, 300)])
      if (problems.length > 0) found[`${file}: ${opening[2]}`] = problems
    }
    await leave(page)
    expect(found).toEqual({})
    expect(setting.complaints).toEqual([])
  })
})
