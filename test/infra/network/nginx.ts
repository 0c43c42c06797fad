import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const program = ['/usr/sbin/nginx', '/usr/bin/nginx', 'nginx'].find((path) => spawnSync(path, ['-v']).status === 0)

/** Whether this machine has nginx. */
export const hasNginx = program !== undefined

/** The end of the title of a test that nginx runs. */
export const whyNoNginx = hasNginx ? '' : ' (skipped: there is no nginx here)'

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

/** Starts nginx with the content of an `http` block that listens on a port. Returns the function that stops it. */
export async function startNginx(port: number, http: string): Promise<() => Promise<void>> {
  if (program === undefined) throw new Error('There is no nginx here')
  const directory = await mkdtemp(join(tmpdir(), 'keyward-nginx-'))
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  )
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const path = join(directory, 'nginx.conf')
  await writeFile(
    path,
    `daemon off; ${user} pid ${directory}/nginx.pid; error_log stderr error; events {}
     http { access_log off; ${paths.join(' ')} ${http} }`,
    { mode: 0o600 },
  )
  const child = spawn(program, ['-c', path, '-p', directory], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
    await delay(50)
  }
  return async () => {
    child.kill('SIGTERM')
    await ended
    await rm(directory, { recursive: true, force: true })
  }
}
