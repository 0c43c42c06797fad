import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { VARIABLES } from '@keyward/server/config/variables'
import { expect, test } from 'vitest'
import { findProgram, whyNot } from '../network/debian.ts'

const CHECKS: [program: string, operands: string[]][] = [
  [
    'nginx',
    [
      '-t',
      '-q',
      '-p',
      tmpdir(),
      '-g',
      `pid ${tmpdir()}/keyward-nginx-check.pid;`,
      '-c',
      resolve('deploy/proxies/nginx.conf'),
    ],
  ],
  ['caddy', ['validate', '--adapter', 'caddyfile', '--config', 'deploy/proxies/Caddyfile']],
  ['haproxy', ['-c', '-q', '-f', 'deploy/proxies/haproxy.cfg']],
  ['systemd-analyze', ['verify', 'deploy/systemd/keyward.service']],
  ['kubectl', ['kustomize', 'deploy/kubernetes/base']],
  ['kubectl', ['kustomize', 'deploy/kubernetes/overlays/production']],
]

for (const [name, operands] of CHECKS) {
  // The unit names the program of Debian's package.
  const isPossible = name !== 'systemd-analyze' || existsSync('/usr/bin/node')
  const program = isPossible ? findProgram(name) : null
  test.skipIf(program === null)(
    `${name} accepts ${operands.at(-1)?.replace(/^.*\/deploy/, 'deploy')}${whyNot(name, program)}`,
    () => {
      const { status, stdout, stderr } = spawnSync(program ?? '', operands, { encoding: 'utf8' })
      expect(status, stdout + stderr).toBe(0)
    },
  )
}

test('the files of deploy/ set only variables that the server reads', () => {
  const files = readdirSync('deploy', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(ya?ml|service)$|file$/.test(name),
  )
  // The host name of the proxy's certificate.
  const known = [...Object.keys(VARIABLES), 'KEYWARD_HOSTNAME']
  const used = files.flatMap((name) => readFileSync(`deploy/${name}`, 'utf8').match(/\bKEYWARD_[A-Z_]+/g) ?? [])
  expect(used.length).toBeGreaterThan(10)
  expect(used.filter((name) => !known.includes(name))).toEqual([])
})
