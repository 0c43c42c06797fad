import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findProgram } from '../network/debian.ts'
import { otherNodes } from '../runtimes.ts'
import { freePort } from '../server/chromium.ts'
import { documentedBuildOptions } from './documented-build.ts'

/*
 * deploy/container/Containerfile, built by buildah on a Debian base with the newest supported Node.js, and run as its user.
 * A registry of images is not needed: debootstrap makes the base.
 */

const run = promisify(execFile)
const node = otherNodes.at(-1)?.path

function whyNotHere(): string | null {
  if (process.env.KEYWARD_NIGHTLY !== '1') return 'only in test:nightly'
  if (process.getuid?.() !== 0) return 'only root can make a base image'
  const missing = ['buildah', 'debootstrap'].filter((name) => findProgram(name) === null)
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  return node === undefined ? 'Node.js 24 is packaged for Linux on x64 only' : null
}

const reason = whyNotHere()

/** The image's own part may be this large. */
const MOST_BYTES = 150_000_000

if (reason !== null) test(`the container image: skipped, ${reason}`, ({ skip }) => skip())

describe.skipIf(reason !== null)('the container image', () => {
  let folder: string
  const buildah = async (...given: string[]): Promise<string> =>
    (await run('buildah', [...storage(), ...given], { maxBuffer: 100_000_000 })).stdout.trim()
  const storage = () => ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')]

  /** A minimal Debian with Node.js, npm and the user that the official image has. */
  async function makeBase(): Promise<void> {
    const base = join(folder, 'base')
    await run('debootstrap', ['--variant=minbase', 'bookworm', base], { maxBuffer: 100_000_000 })
    const npm = dirname(dirname(await realpath(join(dirname(process.execPath), 'npm'))))
    await cp(node ?? '', join(base, 'usr/local/bin/node'))
    await cp(npm, join(base, 'usr/local/lib/node_modules/npm'), { recursive: true })
    await symlink('../lib/node_modules/npm/bin/npx-cli.js', join(base, 'usr/local/bin/npx'))
    await run('chroot', [base, 'useradd', '--uid', '1000', '--create-home', 'node'])
    const container = await buildah('from', 'scratch')
    await buildah('add', '--quiet', container, base, '/')
    const authorities = process.env.NODE_EXTRA_CA_CERTS
    if (authorities) {
      await buildah('add', '--quiet', container, await realpath(authorities), '/etc/authorities.crt')
      await buildah('config', '--env', 'NODE_EXTRA_CA_CERTS=/etc/authorities.crt', container)
    }
    await buildah('commit', '--quiet', '--rm', '--format', 'docker', container, 'localhost/node')
  }

  beforeAll(async () => {
    // The temporary folder of tests may be memory, and the layers are large.
    folder = await mkdtemp('/var/tmp/keyward-image-')
    await mkdir(join(folder, 'root'))
    await makeBase()
    const here = ['--isolation', 'chroot', '--network', 'host', '--pull=never', '--quiet']
    const base = ['--build-arg', 'NODE_IMAGE=localhost/node']
    await buildah('build', ...here, ...base, ...documentedBuildOptions(), '-t', 'keyward', '.')
  }, 1_800_000)
  afterAll(async () => {
    await buildah('rm', '--all')
    await rm(folder, { recursive: true, force: true })
  })

  /** Paths of a folder that are newer than a time, without some folders of it. */
  async function newerThan(root: string, time: number, without: string[]): Promise<string[]> {
    const found: string[] = []
    for (const entry of await readdir(root, { withFileTypes: true })) {
      const path = join(root, entry.name)
      if (entry.isSymbolicLink() || without.includes(path)) continue
      if (entry.isDirectory()) found.push(...(await newerThan(path, time, without)))
      else if ((await stat(path)).mtimeMs > time) found.push(path)
    }
    return found
  }

  test('runs as an unprivileged user, writes only to /data, and passes its health check', async () => {
    const container = await buildah('from', '--pull=never', 'keyward')
    const config = JSON.parse(await buildah('inspect', '--type', 'image', 'keyward')).Docker.config
    expect(config.User).toBe('1000:1000')
    const root = await buildah('mount', container)
    expect((await run('du', ['-sb', join(root, 'keyward')])).stdout.split('\t')[0]).toSatisfy(
      (bytes) => Number(bytes) < MOST_BYTES,
    )
    const began = Date.now()
    const port = await freePort()
    const environment = ['--env', 'KEYWARD_HOST=127.0.0.1', '--env', `PORT=${port}`]
    const inside = ['run', '--isolation', 'chroot', '--network', 'host', ...environment, container, '--']
    const server = spawn('buildah', [...storage(), ...inside, ...config.Cmd], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
    const ended = once(server, 'close')
    onTestFinished(() => void server.kill('SIGKILL'))
    const pid = await expectProcess(() => output, port)
    const status = (await run('cat', [`/proc/${pid}/status`])).stdout
    expect(/^Uid:\t(\d+)\t(\d+)/m.exec(status)?.slice(1)).toEqual(['1000', '1000'])
    // The check asks port 4000, as published; here the server has another one.
    const [, ...check] = config.Healthcheck.Test
    await buildah(...inside, ...check.map((part: string) => part.replace(':4000/', `:${port}/`)))
    const written = await newerThan(root, began, [
      join(root, 'data'),
      join(root, 'proc'),
      join(root, 'sys'),
      join(root, 'dev'),
    ])
    expect(written.filter((path) => !/\/etc\/(hosts|resolv\.conf)$|\/run\//.test(path))).toEqual([])
    process.kill(pid, 'SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(output).toContain('stopping after SIGTERM')
  }, 600_000)

  /** The process that listens on a port, once its demo is there. */
  async function expectProcess(output: () => string, port: number): Promise<number> {
    await expect.poll(output, { timeout: 240_000, interval: 500 }).toMatch(/^GraphiQL: /m)
    const { stdout } = await run('sh', ['-c', `grep -l "PORT=${port}" /proc/[0-9]*/environ 2>/dev/null || true`])
    for (const path of stdout.split('\n').filter(Boolean)) {
      // It is inside the image: only the name can be read.
      const name = await readlink(join(dirname(path), 'exe')).catch(() => '')
      if (/\/node$/.test(name)) return Number(path.split('/')[2])
    }
    throw new Error(`No process serves port ${port}`)
  }
})
