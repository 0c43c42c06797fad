import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { packSdk } from '../../clients/sdk/packed.ts'
import { keywardServer, type Running } from '../operator/command-line.ts'
import { freePort } from '../server/chromium.ts'

const run = promisify(execFile)
const { PATH, HOME } = process.env

/** The code blocks of a page in one language, with the heading above each. */
async function blocksOf(page: string, language: string): Promise<{ heading: string; code: string }[]> {
  const text = await readFile(page, 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => {
    const headings = [...text.slice(0, match.index).matchAll(/^#+ (.+)$/gm)]
    return { heading: headings.at(-1)?.[1] ?? '', code: match[1] ?? '' }
  })
}

describe('the introductory pages, on a demo server', () => {
  let directory: string
  let server: Running
  let values: Record<'BASE' | 'PASSWORD' | 'GATEWAY', string>

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-tour-'))
    const environment = { KEYWARD_LOG: 'text', KEYWARD_WEBHOOK_PRIVATE_TARGETS: 'allow' }
    server = keywardServer({ KEYWARD_DATA_DIR: directory, ...environment }, 'start')
    await vi.waitFor(() => expect(server.output()).toMatch(/kw_gate_\w+/), { timeout: 280_000, interval: 50 })
    const printed = (pattern: RegExp) => pattern.exec(server.output())?.[1] ?? ''
    values = {
      BASE: printed(/listening on (http:[^\s)]+)/),
      PASSWORD: printed(/owner@acme\.example +(\S+)/),
      GATEWAY: printed(/(kw_gate_\w+)/),
    }
  }, 300_000)
  afterAll(async () => {
    server.kill('SIGKILL')
    await server.ended
    await rm(directory, { recursive: true, force: true })
  })

  /** Runs scripts in one shell, one after another. Returns the output of each. */
  async function inShell(scripts: string[], cwd = '.'): Promise<string[]> {
    const mark = '----- next script'
    const all = ['exec 2>&1 </dev/null', scripts.join(`\necho '${mark}'\n`), 'true'].join('\n')
    const { stdout } = await run('bash', ['-c', all], { cwd, env: { PATH, HOME, npm_config_yes: 'true' } })
    return stdout.split(`${mark}\n`)
  }

  /** A block with the server's values in place of the page's placeholders. */
  const filledIn = (code: string): string =>
    code.replaceAll(/^(BASE|PASSWORD|GATEWAY)=.*$/gm, (_, name: keyof typeof values) => `${name}='${values[name]}'`)

  test('every step of docs/tour.md prints what the page promises', async () => {
    const blocks = await blocksOf('docs/tour.md', 'sh')
    const outputs = await inShell(blocks.map(({ code }) => filledIn(code)))
    const printed = (heading: string) =>
      outputs.filter((_, index) => blocks[index]?.heading.startsWith(heading)).map((output) => output.trim())

    expect(printed('Set up')).toEqual(['', ''])
    const [signedIn, projects] = printed('1.')
    expect(signedIn).toBe('Signed in.')
    expect(projects?.match(/name: '\w+'/g)).toEqual(["name: 'Playground'", "name: 'Production'", "name: 'Research'"])
    expect(printed('2.').join()).toMatch(/secret: 'kw_proj_\w+'.*expiresAt: '2030-01-01/s)
    expect(printed('3.').join()).toMatch(/kind: 'API_KEY'.*status: 'ACTIVE'.*name: 'Production'/s)
    expect(printed('4.').join()).toContain("expiresAt: '2031-01-01")
    const [rotated, both] = printed('5.')
    expect(rotated).toMatch(/secret: 'kw_proj_\w+'.*previousRetiresAt: '20/s)
    expect(both?.match(/kind: 'API_KEY'/g)).toHaveLength(2)
    const [finished, retired] = printed('6.')
    expect(finished?.match(/retiredAt: '20/g)).toHaveLength(1)
    expect(retired).toContain("code: 'UNAUTHENTICATED'")
    const [limited, authorized] = printed('7.')
    expect(limited).toMatch(/requestsPerMinute: 600.*period: 'TOTAL'/s)
    expect(authorized?.match(/(?<=: status )\d+/g)).toEqual(['200', '200', '429'])
    expect(authorized).toContain('BUDGET_EXCEEDED')
    expect(printed('8.').join()).toMatch(/^KEY +WORKLOAD +REQUESTS +COST.*^Nightly batch.* BATCH /ms)
    expect(printed('9.').join()).toMatch(/status: 'REVOKED'.*code: 'UNAUTHENTICATED'/s)
  })

  test('the receiver on docs/webhooks.md accepts the test message and rejects the forged one', async () => {
    const clone = await mkdtemp(join(tmpdir(), 'keyward-receiver-'))
    const port = await freePort()
    const here = (code = '') => code.replaceAll('4712', String(port))
    const [receiver] = await blocksOf('docs/webhooks.md', 'js')
    await writeFile(join(clone, 'receiver.mjs'), here(receiver?.code))
    await symlink(resolve('node_modules'), join(clone, 'node_modules'))
    const [setUp, functions, signIn] = await blocksOf('docs/tour.md', 'sh')
    const first = [filledIn(setUp?.code ?? ''), functions?.code, signIn?.code].join('\n')
    // A busy machine sends the message later than a second.
    const untilDelivered = (code: string) =>
      `for attempt in $(seq 60); do\n${code}\ncase "$RESPONSE" in *'"lastStatus":204'*) break ;; esac; sleep 1; done`
    const steps = (await blocksOf('docs/webhooks.md', 'sh')).map(({ code }) =>
      code.includes('deliveries(') ? untilDelivered(here(code)) : here(code),
    )
    const printed = (await inShell([first, ...steps], clone)).join('')
    await rm(clone, { recursive: true, force: true })
    expect(printed).not.toContain('Stopped:')
    expect(printed).toMatch(/^received WEBHOOK_TEST \S+$/m)
    expect(printed).toMatch(/deliveredAt: '20.*lastStatus: 204/s)
    expect(printed).toMatch(/^No signature matches\. .*\nstatus 400$/m)
  })

  // Failed with a block that called the program before it listened.
  test('the Express program on docs/gateway-module.md serves a request and reports its cost', async () => {
    const packed = await packSdk()
    const port = await freePort()
    const here = (code = '') => code.replaceAll('8080', String(port)).replaceAll('http://127.0.0.1:4000', values.BASE)
    const [program] = await blocksOf('docs/gateway-module.md', 'js')
    await packed.write('server.mjs', here(program?.code))
    await symlink(resolve('node_modules/express'), join(packed.folder, 'node_modules/express'))
    const keyward = await packed.write(
      'bin/keyward',
      `#!/bin/sh\nexec node '${join(inject('build'), 'keyward.js')}' "$@"\n`,
    )
    await chmod(keyward, 0o755)
    const [setUp, functions, signIn] = await blocksOf('docs/tour.md', 'sh')
    const [secret = ''] = /kw_proj_\w+/.exec(server.output()) ?? []
    const blocks = await blocksOf('docs/gateway-module.md', 'sh')
    const steps = blocks.find(({ code }) => code.includes('node server.mjs'))
    const [usage = ''] = /keyward usage.*/.exec(blocks.map(({ code }) => code).join('')) ?? []
    // A busy machine records the usage later.
    const untilRecorded = (command: string) =>
      `for attempt in $(seq 60); do OUT=$(${command}); case "$OUT" in *DeepSeek*) break ;; esac; sleep 1; done; echo "$OUT"`
    const printed = await inShell(
      [
        [filledIn(setUp?.code ?? ''), functions?.code, signIn?.code].join('\n'),
        `export PATH="$PWD/bin:$PATH" KEYWARD_TOKEN="$OWNER" KEYWARD_URL="$BASE" SECRET='${secret}'`,
        `${here(steps?.code).replace('kw_gate_…', values.GATEWAY)}\n${untilRecorded(usage)}`,
        'kill -TERM %1; wait %1; echo "ended with $?"',
      ],
      packed.folder,
    )
    await packed.remove()
    const [, , used, ended] = printed
    expect(used).toContain(`Listening on port ${port}`)
    expect(used).toContain('{"text":"Hello"}')
    expect(used).toMatch(/deepseek-ai\/DeepSeek-V3 +INPUT_TOKENS +1 +1200 +TOKENS +0\.\d+/)
    expect(used).not.toContain('rejected')
    expect(ended).toContain('ended with 0')
  })

  test('the steps of “Try it” on docs/verification.md print what the page promises', async () => {
    const [setUp, functions, signIn, projects] = await blocksOf('docs/tour.md', 'sh')
    const first = [filledIn(setUp?.code ?? ''), functions?.code, signIn?.code, projects?.code].join('\n')
    const steps = (await blocksOf('docs/verification.md', 'sh')).filter(({ heading }) => heading === 'Try it')
    const [, created, authorized = ''] = await inShell([first, ...steps.map(({ code }) => code)])
    expect(created).toMatch(/secret: 'kw_proj_\w+'.*workloads: \[ 'INFERENCE' \]/s)
    const [allowed, denied, status] = authorized.split(/^status (?:200|403)$/m)
    expect(authorized.match(/(?<=^status )\d+$/gm)).toEqual(['200', '403'])
    expect(status).toBe('\n')
    const [promised, begins] = (await blocksOf('docs/verification.md', 'json')).map(({ code }) => JSON.parse(code))
    expect(JSON.parse(allowed ?? '')).toMatchObject({ ...begins, credentialId: expect.stringMatching(/^key_/) })
    expect(JSON.parse(denied ?? '')).toEqual({
      ...promised,
      credentialId: expect.stringMatching(/^key_/),
      asOf: expect.stringMatching(/^20.*Z$/),
    })
  })

  test('a step of docs/tour.md that is run too early sends nothing and names the empty variable', async () => {
    const blocks = await blocksOf('docs/tour.md', 'sh')
    const setUp = blocks.filter(({ heading }) => heading.startsWith('Set up')).map(({ code }) => code)
    const steps = blocks.filter(({ heading }) => /^\d/.test(heading))
    // Nothing listens on port 9, so curl reports an error for any request.
    const before = [...setUp, 'BASE=http://127.0.0.1:9'].join('\n')
    const [, ...outputs] = await inShell([before, ...steps.map(({ code }) => `(\n${code}\n)`)])
    for (const [index, output] of outputs.entries()) {
      const stopped = /^(Stopped: [A-Z_]+ is empty\. Go back to the step that sets it\.\n)+$/
      expect(output, steps[index]?.heading).toMatch(stopped)
    }
  })

  test('the program and the request at the top of README.md work as written', async () => {
    const [program] = await blocksOf('README.md', 'js')
    const request = (await blocksOf('README.md', 'sh')).find(({ code }) => code.includes('/authorize'))
    const [setUp, functions, signIn, projects] = await blocksOf('docs/tour.md', 'sh')
    const first = [filledIn(setUp?.code ?? ''), functions?.code, signIn?.code, projects?.code].join('\n')
    const [, KEYWARD_TOKEN = '', KEYWARD_PROJECT = ''] = await inShell([
      first,
      'printf %s "$OWNER"',
      'printf %s "$PROJECT"',
    ])
    const here = (code = '') => code.replaceAll('http://127.0.0.1:4000', values.BASE)

    // The last line prints the secret before the key is revoked, so that the request can use it.
    const code = here(program?.code).replace(/^await \S+\.revoke/m, 'console.log(rotated.secret)\n$&')
    const node = ['--import', 'tsx', '--input-type=module', '--eval', code]
    const { stdout, stderr } = await run(process.execPath, node, {
      env: { PATH, HOME, KEYWARD_TOKEN, KEYWARD_PROJECT },
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^kw_proj_\w+\n$/)

    const [demoSecret] = /kw_proj_\w+/.exec(server.output()) ?? []
    const authorize = async (SECRET = '') => {
      const env = { PATH, GATEWAY: values.GATEWAY, SECRET }
      return JSON.parse((await run('bash', ['-c', here(request?.code)], { env })).stdout)
    }
    expect(await authorize(demoSecret)).toMatchObject({ allowed: true })
    expect(await authorize(stdout.trim())).toMatchObject({ allowed: false, reason: 'REVOKED' })
  })
})
