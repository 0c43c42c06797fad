import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'
import { WatchedClient } from '../../../prisma/watched-client.ts'
import { freePort } from '../network/nginx.ts'
import { startVirtualAddress, type VirtualAddress } from '../network/virtual-address.ts'
import { accepting, documentedFile } from './configuration.ts'
import { type Daemon, startDaemon } from './daemons.ts'
import { startHaproxy } from './haproxy.ts'
import { installedPostgresql, unprivileged } from './programs.ts'

const PASSWORD = 'only for this test'

/** One PostgreSQL with its Patroni. */
export interface PatroniNode {
  name: string
  /** The URL of its superuser, past HAProxy. */
  url: string
  directory: string
  /** The process ids of Patroni and of PostgreSQL with all its backends. */
  pids(): number[]
  isRunning(): boolean
  start(): void
}

/** Two PostgreSQL nodes that Patroni manages, with etcd and HAProxy, as deploy/patroni/ documents. */
export interface PatroniCluster {
  /** The database that HAProxy publishes: the primary's, as its owner. */
  url: string
  nodes: [PatroniNode, PatroniNode]
  /** The present primary and the other node. */
  roles(): Promise<{ primary: PatroniNode; standby: PatroniNode }>
  /** Waits until the standby follows the primary, and with synchronous mode until commits wait for it. */
  settled(): Promise<void>
  /** Hands the role of the primary over, by the documented command. */
  switchover(): Promise<void>
  /** Ends a node at once, as a loss of its machine does. */
  kill(node: PatroniNode): void
  /** Stops all processes of a node without ending them or their connections, as a lost network does; and resumes them. */
  freeze(node: PatroniNode): void
  thaw(node: PatroniNode): void
  /** Cuts the replication, or lets it work again. */
  replicate(isOn: boolean): void
  stop(): Promise<void>
}

/** Sends a statement over a connection of its own. */
export async function queryOnce(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new WatchedClient({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query(text)
    return rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The child processes of a process. None if it has ended. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It has ended.
    }
  }
}

const programs = (): string => installedPostgresql() ?? ''

/** Starts etcd, two nodes and HAProxy, and makes the role and the database `keyward`. */
export async function startPatroni({ isSynchronous = true } = {}): Promise<PatroniCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-patroni-'))
  // Neither PostgreSQL nor Patroni runs as root.
  await chmod(directory, 0o755)
  const user = unprivileged()
  const ports = await Promise.all(Array.from({ length: 8 }, freePort))
  const [etcdPort = 0, etcdPeers = 0, published = 0, , one = 0, oneRest = 0, two = 0, twoRest = 0] = ports
  const started: Daemon[] = []
  const addresses: VirtualAddress[] = []

  const etcd = `http://127.0.0.1:${etcdPort}`
  const peers = `http://127.0.0.1:${etcdPeers}`
  const etcdDaemon = startDaemon(
    'etcd',
    [
      ...['--data-dir', join(directory, 'etcd'), '--listen-client-urls', etcd, '--advertise-client-urls', etcd],
      ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
      ...['--initial-cluster', `default=${peers}`],
    ],
    join(directory, 'etcd.log'),
  )
  started.push(etcdDaemon)
  await accepting(etcdPort, etcdDaemon)

  const makeNode = async (name: string, port: number, restPort: number): Promise<PatroniNode & { file: string }> => {
    const home = join(directory, name)
    await mkdir(home, { mode: 0o700 })
    if (user.uid !== undefined) execFileSync('chown', [`${user.uid}:${user.gid}`, home])
    const data = join(home, 'data')
    // The other node replicates by this address, which can be cut.
    const address = await startVirtualAddress(`postgresql://127.0.0.1:${port}`)
    addresses.push(address)
    const file = join(directory, `${name}.yaml`)
    const text = documentedFile('deploy/patroni/patroni.yaml', [
      ['name: postgresql-1', `name: ${name}`],
      ['10.0.0.21:2379,10.0.0.22:2379,10.0.0.23:2379', `127.0.0.1:${etcdPort}`],
      ['10.0.0.11:8008', `127.0.0.1:${restPort}`],
      ['connect_address: 10.0.0.11:5432', `connect_address: ${new URL(address.url).host}`],
      ['10.0.0.11:5432', `127.0.0.1:${port}`],
      ['10.0.0.0/24', '127.0.0.1/32'],
      ['/usr/lib/postgresql/15/bin', programs()],
      ['/var/lib/postgresql/15/keyward', data],
      ['/var/lib/postgresql/.keyward.pgpass', join(home, 'pgpass')],
      ['/var/run/postgresql', home],
      ['synchronous_mode: true', `synchronous_mode: ${isSynchronous}`],
    ])
    await writeFile(file, text)
    let patroni: Daemon | null = null
    const names = ['SUPERUSER', 'REPLICATION', 'REWIND']
    return {
      name,
      file,
      directory: data,
      url: `postgresql://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/keyward`,
      start() {
        const env = {
          PATH: process.env.PATH,
          HOME: home,
          ...Object.fromEntries(names.map((each) => [`PATRONI_${each}_PASSWORD`, PASSWORD])),
        }
        patroni = startDaemon('patroni', [file], join(directory, `${name}.log`), { env, ...user })
        started.push(patroni)
      },
      isRunning: () => patroni !== null && patroni.process.exitCode === null && patroni.process.signalCode === null,
      pids() {
        const own = patroni?.process.pid
        let postmaster: number | undefined
        try {
          postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
        } catch {
          // PostgreSQL does not run.
        }
        const all = [own, postmaster, ...(postmaster === undefined ? [] : childrenOf(postmaster))]
        return all.filter((pid) => pid !== undefined)
      },
    }
  }

  const first = await makeNode('postgresql-1', one, oneRest)
  const second = await makeNode('postgresql-2', two, twoRest)
  const nodes: [PatroniNode, PatroniNode] = [first, second]
  const stop = async () => {
    for (const node of nodes) signal(node.pids(), 'SIGKILL')
    for (const daemon of started.reverse()) await daemon.kill()
    for (const address of addresses) await address.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 20 })
  }

  /** Whether Patroni's health check of a role, which balancers ask, answers 200 on a node. */
  const is = async (node: PatroniNode, role: 'primary' | 'replica' | 'synchronous'): Promise<boolean> => {
    try {
      const rest = node === first ? oneRest : twoRest
      return (await fetch(`http://127.0.0.1:${rest}/${role}`, { signal: AbortSignal.timeout(2_000) })).ok
    } catch {
      return false
    }
  }
  const roles = async () => {
    const found = async () => {
      const are = await Promise.all(nodes.map((node) => is(node, 'primary')))
      if (are[0] === are[1]) return null
      return are[0] ? { primary: first, standby: second } : { primary: second, standby: first }
    }
    return vi.waitUntil(found, { timeout: 120_000 })
  }
  const settled = async () => {
    const state = async () => {
      const { primary, standby } = await roles()
      const text = "SELECT FROM pg_stat_replication WHERE state = 'streaming'"
      const streaming = await queryOnce(primary.url, text).catch(() => [])
      return streaming.length === 1 && (await is(standby, isSynchronous ? 'synchronous' : 'replica'))
    }
    await vi.waitUntil(state, { timeout: 180_000, interval: 200 })
  }
  // It exits with 0 also if it fails.
  const patronictl = async (done: string, ...operands: string[]) => {
    const { stdout, stderr } = await promisify(execFile)('patronictl', ['-c', first.file, ...operands])
    if (!stdout.includes(done)) throw new Error(`patronictl ${operands.join(' ')}: ${stdout}${stderr}`)
  }

  try {
    first.start()
    await vi.waitUntil(() => is(first, 'primary'), { timeout: 120_000 })
    second.start()
    const superuser = new URL(first.url)
    superuser.pathname = '/postgres'
    await queryOnce(superuser.href, `CREATE ROLE keyward LOGIN PASSWORD '${PASSWORD}'`)
    await queryOnce(superuser.href, 'CREATE DATABASE keyward OWNER keyward')
    const configuration = documentedFile('deploy/patroni/haproxy.cfg', [
      ['127.0.0.1:5000\n', `127.0.0.1:${published}\n`],
      ['10.0.0.11:5432 check port 8008', `127.0.0.1:${one} check port ${oneRest}`],
      ['10.0.0.12:5432 check port 8008', `127.0.0.1:${two} check port ${twoRest}`],
    ])
    started.push(await startHaproxy(directory, configuration, published))
    await settled()
  } catch (error) {
    const logs = await Promise.all(
      ['postgresql-1.log', 'postgresql-2.log'].map((name) => readFile(join(directory, name), 'utf8').catch(() => '')),
    )
    await stop()
    throw new Error(
      `${error instanceof Error ? error.message : error}\n${logs.map((log) => log.slice(-3_000)).join('\n')}`,
    )
  }

  return {
    url: `postgresql://keyward:${encodeURIComponent(PASSWORD)}@127.0.0.1:${published}/keyward`,
    nodes,
    roles,
    settled,
    async switchover() {
      const { primary, standby } = await roles()
      const operands = ['switchover', 'keyward', '--primary', primary.name, '--candidate', standby.name, '--force']
      await patronictl('Successfully switched over', ...operands)
    },
    kill: (node) => signal(node.pids(), 'SIGKILL'),
    freeze: (node) => signal(node.pids(), 'SIGSTOP'),
    thaw: (node) => signal(node.pids(), 'SIGCONT'),
    replicate(isOn) {
      addresses.forEach((address, index) => {
        address.moveTo(isOn ? `postgresql://127.0.0.1:${[one, two][index]}` : null)
      })
    },
    stop,
  }
}
