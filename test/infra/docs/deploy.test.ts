import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { VARIABLES } from '@keyward/server/config/variables'
import { expect, test } from 'vitest'
import { findProgram, whyNot } from '../network/debian.ts'
import { documentedBuildOptions, documentedFormat } from './documented-build.ts'

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
  ['haproxy', ['-c', '-q', '-f', 'deploy/patroni/haproxy.cfg']],
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

// Failed while a paste had broken haproxy.cfg, on every machine without HAProxy.
test('sections of haproxy.cfg have unique names, and every frontend has a backend', () => {
  const sections = readFileSync('deploy/proxies/haproxy.cfg', 'utf8').split(/^(?=[a-z])/m)
  const named = (kind: string) => sections.filter((section) => section.startsWith(`${kind} `))
  const names = [...named('frontend'), ...named('backend')].map((section) => section.split('\n')[0])
  expect(new Set(names).size).toBe(names.length)
  for (const frontend of named('frontend')) {
    const target = /^ {2}default_backend (\w+)$/m.exec(frontend)?.[1]
    expect(names, frontend).toContain(`backend ${target}`)
  }
  const keywords = sections.flatMap((section) => section.split('\n').slice(1)).map((line) => line.trim().split(' ')[0])
  expect(keywords.filter((keyword) => keyword?.includes('#') && keyword !== '#')).toEqual([])
})

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

const podman = findProgram('podman')

// Failed before: Podman builds OCI images by default, and these have no health check.
test.skipIf(podman === null)(
  `the documented podman command keeps the image's health check${whyNot('podman', podman)}`,
  () => {
    const folder = mkdtempSync('/var/tmp/keyward-health-check-')
    const run = (...operands: string[]) => {
      const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')]
      const { status, stdout, stderr } = spawnSync(podman ?? '', [...storage, ...operands], { encoding: 'utf8' })
      expect(status, stderr).toBe(0)
      return stdout
    }
    try {
      // The instruction, on an empty base: this needs neither a registry nor a build of Keyward.
      const instruction = /^HEALTHCHECK .+$/m.exec(readFileSync('deploy/container/Containerfile', 'utf8'))?.[0]
      const file = join(folder, 'Containerfile')
      writeFileSync(file, `FROM scratch\n${instruction}\n`)
      run('build', ...documentedFormat(), '-f', file, '-t', 'keyward', folder)
      const [image] = JSON.parse(run('inspect', '--type', 'image', 'keyward'))
      expect(image.Healthcheck?.Test?.slice(0, 2)).toEqual(['CMD', 'node'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

test('the Containerfile and compose.yaml contain the documented health checks', () => {
  expect(readFileSync('deploy/container/Containerfile', 'utf8')).toContain(
    `podman build ${documentedBuildOptions().join(' ')} -t keyward .`,
  )
  // A provider of `podman compose` builds in its own format.
  expect(readFileSync('deploy/compose.yaml', 'utf8')).toMatch(
    /^x-keyward:[\s\S]+?\n {2}healthcheck:\n[\s\S]+?^services:/m,
  )
})

// Failed before: the networks of podman's compose were not among the trusted ones.
test('the replicas in compose.yaml trust exactly their network’s subnet', () => {
  const text = readFileSync('deploy/compose.yaml', 'utf8')
  const subnet = /subnet: (\S+) \}/.exec(text)?.[1]
  expect(subnet).toMatch(/^\d+\.\d+\.\d+\.0\/24$/)
  expect(/KEYWARD_TRUST_PROXY: (\S+)/.exec(text)?.[1]).toBe(subnet)
})

// Failed before: an outage of the database emptied the service, and no replica decided from memory.
test('load balancers keep sending /authorize to replicas that can decide from memory', () => {
  const read = (name: string) => readFileSync(`deploy/${name}`, 'utf8')
  expect(read('kubernetes/base/deployment.yaml')).toMatch(
    /readinessProbe:\s+(#.*\s+)?httpGet: \{ path: \/health\/authorize,/,
  )
  expect(read('proxies/haproxy.cfg')).toMatch(
    /\nbackend authorize\n(?: .*\n)*? {2}option httpchk GET \/health\/authorize\n/,
  )
  expect(read('proxies/Caddyfile')).toMatch(/\nhttp:\/\/:8440 \{\n(?:\t.*\n)*?\t\thealth_uri \/health\/authorize\n/)
})
