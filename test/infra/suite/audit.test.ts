import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

/* The step of CI that checks production dependencies, with a registry of this test. */

async function audit(answer: RequestListener, environment: Record<string, string> = {}) {
  const asked: string[] = []
  const registry = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    request.resume().once('end', () => answer(request, response))
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  onTestFinished(() => void registry.close().closeAllConnections())
  const address = registry.address()
  if (address === null || typeof address === 'string') throw new Error('The registry has no port')
  const env = { ...process.env, CI: 'true', ...environment }
  const registryOption = ['--registry', `http://127.0.0.1:${address.port}/`]
  const child = spawn(process.execPath, ['.ci/audit.mjs', ...registryOption], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { code, output, asked }
}

const advisory = (severity: string) => ({
  pg: [
    {
      id: 1,
      url: 'https://advisories.invalid/1',
      title: 'Of this test',
      severity,
      vulnerable_versions: '>=0',
      cwe: [],
    },
  ],
})
const reply =
  (status: number, body: object): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

test('the dependency audit fails only if there is an advisory of high severity', async () => {
  const clean = await audit(reply(200, {}))
  expect([clean.code, clean.output.trim()]).toEqual([0, 'No known vulnerabilities found'])
  expect(clean.asked).toContain('POST /-/npm/v1/security/advisories/bulk')
  expect((await audit(reply(200, advisory('moderate')))).code).toBe(0)
  const high = await audit(reply(200, advisory('high')))
  expect([high.code, high.output]).toEqual([1, expect.stringContaining('https://advisories.invalid/1')])
})

test('the dependency audit is reported as skipped if the registry has no audit endpoint', async () => {
  const missing = await audit(reply(405, {}))
  expect(missing.code).toBe(0)
  expect(missing.output).toMatch(/^audit: skipped, the registry's audit endpoint does not answer: .*responded with 405/)
  const silent = await audit(() => {}, { AUDIT_PATIENCE_MS: '5000' })
  expect([silent.code, silent.output.trim()]).toEqual([
    0,
    "audit: skipped, the registry's audit endpoint does not answer: no answer within 5 s",
  ])
})
