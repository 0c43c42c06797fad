// Checks the production dependencies for known vulnerabilities of a high severity. Where the registry's audit endpoint does not
// answer, the check is reported as skipped with its reason: a build without that endpoint must not fail for it.
import { spawn } from 'node:child_process'

const PATIENCE_MS = Number(process.env.AUDIT_PATIENCE_MS ?? 60_000)

const child = spawn('npx', ['pnpm', 'audit', '--prod', '--audit-level', 'high', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'pipe'],
  // The group ends as a whole: npx would leave pnpm running.
  detached: true,
})
let output = ''
for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
let late = false
const timer = setTimeout(() => {
  late = true
  process.kill(-child.pid, 'SIGKILL')
}, PATIENCE_MS)

/** Failures of the endpoint itself, as pnpm names them. */
const NO_ANSWER =
  /ERR_PNPM_AUDIT_(?:BAD_RESPONSE|ENDPOINT\w*)|ERR_PNPM_\w*FETCH\w*|ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN/

child.once('close', (code) => {
  clearTimeout(timer)
  const text = output.replaceAll(/\n\s*│?\s*/g, ' ').trim()
  const reason = late ? `no answer within ${PATIENCE_MS / 1_000} s` : NO_ANSWER.test(output) ? text.slice(0, 300) : null
  if (code !== 0 && reason !== null) {
    console.log(`audit: skipped, the registry's audit endpoint does not answer: ${reason}`)
    return
  }
  console.log(output.trim())
  process.exitCode = code ?? 1
})
