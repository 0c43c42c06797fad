import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from '../../infra/server/chromium.ts'
import { PASSWORD, post } from '../../infra/server/open-app.ts'
import { codeOf, nextCodeOf } from '../../infra/totp.ts'
import { findingsOf, openSetting, type Person, type Setting } from '../console/setting.ts'
import { type Command, noTerminal, startCommand } from './command.ts'

test.skipIf(chromiumPath !== null)('browser sign-in is skipped without Chromium', ({ skip }) => {
  skip('no Chromium found; set KEYWARD_CHROMIUM')
})

describe.runIf(chromiumPath !== null)('keyward login', () => {
  let setting: Setting
  let keyward: Command
  let person: Person
  let folder: string
  const signedOut = { KEYWARD_TOKEN: '' }

  beforeAll(async () => {
    setting = await openSetting()
    person = await setting.createPerson('Ada')
    keyward = await startCommand(setting.app, '')
    folder = await mkdtemp(join(tmpdir(), 'keyward-browser-'))
  })
  afterAll(async () => {
    await keyward?.close()
    await setting?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Starts a sign-in, whose browser is a program that writes down the address. */
  async function startLogin() {
    const opened = join(folder, `opened-${Math.random()}`)
    const browser = `${opened}.sh`
    await writeFile(browser, `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 })
    const ended = keyward.run(['login', '--web'], { env: { ...signedOut, BROWSER: browser } })
    const address = await expect
      .poll(() => readFile(opened, 'utf8').catch(() => ''))
      .toContain('\n')
      .then(() => readFile(opened, 'utf8'))
    const code = new URL(address.trim()).searchParams.get('user_code') ?? ''
    return { ended, address: address.trim(), code }
  }

  const shown = async (page: Page) => (await page.locator('[data-code]').textContent())?.trim()
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

  test.skipIf(noTerminal !== null)('--email asks for the second-factor code on a terminal', async () => {
    const { email, token } = await setting.createPerson('Bo')
    const headers = { origin: setting.base, authorization: `Bearer ${token}` }
    const enabled = await post(setting.app, '/auth/two-factor/enable', { password: PASSWORD }, headers)
    const { totpURI, backupCodes } = await enabled.json()
    await post(setting.app, '/auth/two-factor/verify-totp', { code: codeOf(totpURI) }, headers)
    const login = ['login', '--email', email]
    const piped = await keyward.run(login, { env: signedOut, input: `${PASSWORD}\n` })
    expect(piped).toMatchObject({ code: 3, stderr: expect.stringContaining('second factor') })
    for (const code of [nextCodeOf(totpURI), backupCodes[0]]) {
      const { code: exitCode, shown } = await keyward.onTerminal(login, [`${PASSWORD}\n`, `${code}\n`], signedOut)
      expect([exitCode, shown]).toEqual([0, expect.stringMatching(/Signed in to \S+ as Bo/)])
    }
    const wrong = await keyward.onTerminal(login, [`${PASSWORD}\n`, '000000\n'], signedOut)
    expect([wrong.code, wrong.shown]).toEqual([3, expect.stringContaining('Invalid code')])
  })

  test('--web stores a session that the person approved in the browser', async () => {
    const { ended, address, code } = await startLogin()
    expect(address).toBe(`${setting.base}/device?user_code=${code}`)
    expect(code).toMatch(/^[B-Z]{8}$/)
    const page = await setting.open(null)
    await page.goto(address)
    // Signed-out people sign in first, and return.
    await page.getByLabel('E-mail address').fill(person.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await button(page, 'Sign in').last().click()
    await page.getByText('Approve only if you started this sign-in').waitFor()
    expect(await shown(page)).toBe(`${code.slice(0, 4)}-${code.slice(4)}`)
    await page.getByText(/^keyward-cli\/\d/).waitFor()
    await page.getByText('just now').waitFor()
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [360, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await findingsOf(page)).toEqual([])
      const picture = process.env.KEYWARD_SCREENSHOTS
      if (picture) await page.screenshot({ path: join(picture, `device-${width}-${colorScheme}.png`) })
    }
    await button(page, 'Approve').click()
    await page.getByText('The program continues by itself').waitFor()
    const { code: exit, stderr, stdout } = await ended
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '' })
    expect(stderr).toContain(`Your code: ${code.slice(0, 4)}-${code.slice(4)}`)
    expect(stderr).toContain('as Ada')
    const { tokens } = JSON.parse(await readFile(join(keyward.home, 'keyward', 'credentials.json'), 'utf8'))
    expect(stderr).not.toContain(tokens[keyward.url])
    const who = await keyward.run(['whoami', '--json'], { env: signedOut })
    expect(JSON.parse(who.stdout)).toMatchObject({ kind: 'USER', actor: { email: person.email } })
    // The person sees it among their sessions.
    await page.goto(`${setting.base}/account`)
    await page.getByText(/^keyward-cli\/\d/).waitFor()
    // A code works only once.
    await page.goto(address)
    await page.getByText('This code cannot be used').waitFor()
    await page.context().close()

    // Signing out ends the session.
    expect((await keyward.run(['logout'], { env: signedOut })).code).toBe(0)
    const after = await keyward.run(['whoami'], { env: { KEYWARD_TOKEN: tokens[keyward.url] } })
    expect(after.code).toBe(3)
    expect(setting.complaints).toEqual([])
  })

  test('a denied code ends the command without storing a token', async () => {
    const { ended, code } = await startLogin()
    const page = await setting.open(person)
    await page.goto(`${setting.base}/device`)
    // As people type it.
    await page.getByLabel('Code').fill(`${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase())
    await button(page, 'Continue').click()
    await button(page, 'Deny').click()
    await page.getByText('The program was not signed in').waitFor()
    const { code: exit, stderr } = await ended
    expect(exit).toBe(3)
    expect(stderr).toContain('The sign-in was denied.')
    expect((await keyward.run(['whoami'], { env: signedOut })).code).toBe(3)
    await page.context().close()
  })

  test('--email signs in with a password from standard input', async () => {
    const login = (password: string) =>
      keyward.run(['login', '--email', person.email], { env: signedOut, input: `${password}\n` })
    const wrong = await login('not the password')
    expect(wrong.code).toBe(3)
    expect(wrong.stderr).toContain('Invalid email or password')
    expect(await login(PASSWORD)).toMatchObject({ code: 0, stdout: '' })
    const who = await keyward.run(['whoami'], { env: signedOut })
    expect(who.stdout).toContain(person.email)
    expect((await keyward.run(['login', '--web', '--email', 'a@b.c'], { env: signedOut })).code).toBe(2)
  })
})
