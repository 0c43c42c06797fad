import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownOrigins, pathPrefix, readConfig } from '@keyward/server/config/config'
import { setupToken, withSecrets } from '@keyward/server/config/secrets'
import { VARIABLES } from '@keyward/server/config/variables'
import { REQUEST_CAPS } from '@keyward/server/http/request-caps'
import { ConfigurationError, EXIT_CODES } from '@keyward/server/operator/exit-codes'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

function problemsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
  return []
}

describe('the configuration from the environment', () => {
  test('has a default for every variable', () => {
    const config = readConfig({})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4000, databaseKind: 'embedded', signup: 'open' })
    expect(config.databaseUrl).toMatch(/^embedded:\/.*\/\.keyward\/database$/)
    expect(config.publicUrl).toBe('http://127.0.0.1:4000')
  })

  test('uses PostgreSQL and sign-up by invitation if a database URL is set', () => {
    const config = readConfig({ DATABASE_URL: 'postgres://me:pw@db/keys?sslmode=require' })
    expect(config).toMatchObject({ databaseKind: 'postgresql', signup: 'invited' })
    expect(config.databaseUrl).toBe('postgresql://me:pw@db/keys?sslmode=require')
  })

  test.each([
    ['PORT', 'x'],
    ['PORT', '65536'],
    ['KEYWARD_HOST', 'not a host'],
    ['KEYWARD_WORKERS', '0'],
    ['KEYWARD_REPLICA_MAX_LAG_SECONDS', '1'],
    ['KEYWARD_WORKERS', 'all'],
    ['KEYWARD_PUBLIC_URL', 'http://keys.example.com'],
    ['KEYWARD_PUBLIC_URL', 'https://keys.example.com/auth'],
    ['KEYWARD_SIGNUP', 'maybe'],
    ['KEYWARD_ORGANIZATION_CREATION', 'some'],
    ['KEYWARD_MAIL_FROM', 'nobody'],
    ['KEYWARD_OIDC_ISSUER', 'http://login.example.com'],
    ['KEYWARD_CORS_ORIGINS', 'https://a.example.com,*'],
    ['KEYWARD_TRUST_PROXY', '10.0.0.0/40'],
    ['KEYWARD_TRUST_PROXY', 'true'],
    ['KEYWARD_INFERENCE_URL', 'inference.example.com'],
    ['KEYWARD_INFERENCE_URL', 'http://inference.example.com/v1'],
    ['KEYWARD_INFERENCE_URL', 'https://me:pw@inference.example.com/v1'],
    ['KEYWARD_INFERENCE_URL', 'https://inference.example.com/v1?key=x'],
    ['KEYWARD_INFERENCE_URL', 'https://inference.example.com/v1/chat/completions'],
    // Both would let pages connect to more than one server.
    ['KEYWARD_INFERENCE_URL', 'https://*.example.com/v1'],
    ['KEYWARD_INFERENCE_URL', "https://a.example.com;script-src'unsafe-inline'/v1"],
    ['KEYWARD_INFERENCE_URL', 'http://[::1]:8000/v1'],
    ['KEYWARD_LOG', 'loud'],
    ['KEYWARD_SHUTDOWN_SECONDS', '-1'],
    ['KEYWARD_SIGN_IN_PER_MINUTE', '0'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_EXPORTER', 'console'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
    ['OTEL_PROPAGATORS', 'b3'],
  ] as const)('rejects %s=%s with the variable’s name, the value and the expected format', (name, value) => {
    const [problem] = problemsOf({ [name]: value })
    expect(problem).toContain(`${name}: given ${JSON.stringify(value)}, expected`)
  })

  test.each([
    ['DATABASE_URL', 'mysql://me:hunter2@db/keys'],
    ['KEYWARD_ENCRYPTION_KEYS', 'main:hunter2'],
    ['KEYWARD_SESSION_SECRET', 'hunter2'],
    ['KEYWARD_SMTP_URL', 'http://me:hunter2@mail'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
  ] as const)('never prints the value of %s', (name, value) => {
    const [problem] = problemsOf({ [name]: value })
    expect(problem).toContain(`${name}: given a value of ${value.length} characters (not shown), expected`)
    expect(problem).not.toContain('hunter2')
  })

  test('accepts more than one worker only with PostgreSQL', () => {
    const DATABASE_URL = 'postgresql://db/keys'
    expect(readConfig({ DATABASE_URL }).workers).toBe(1)
    expect(readConfig({ DATABASE_URL, KEYWARD_WORKERS: '4' }).workers).toBe(4)
    expect(readConfig({ DATABASE_URL, KEYWARD_WORKERS: 'auto' }).workers).toBe(availableParallelism())
    expect(readConfig({ KEYWARD_WORKERS: '1' }).workers).toBe(1)
    expect(problemsOf({ KEYWARD_WORKERS: '4' })).toEqual([
      'KEYWARD_WORKERS: given "4", expected 1 with the embedded database, which one process opens. Set DATABASE_URL to run 4 workers.',
    ])
  })

  test('accepts a read replica only with PostgreSQL, and replica settings only with its address', () => {
    const DATABASE_URL = 'postgresql://db/keys'
    const KEYWARD_REPLICA_URL = 'postgres://me:pw@standby/keys'
    expect(readConfig({ DATABASE_URL }).replica).toBeNull()
    expect(readConfig({ DATABASE_URL, KEYWARD_REPLICA_URL, KEYWARD_REPLICA_POOL: '3' }).replica).toEqual({
      url: 'postgresql://me:pw@standby/keys',
      poolSize: 3,
      maxLagSeconds: 5,
    })
    expect(problemsOf({ KEYWARD_REPLICA_URL })).toEqual([
      'KEYWARD_REPLICA_URL: expected nothing with the embedded database, which has no standby. Set DATABASE_URL, too.',
    ])
    expect(problemsOf({ DATABASE_URL, KEYWARD_REPLICA_MAX_LAG_SECONDS: '9' })).toEqual([
      'KEYWARD_REPLICA_URL: given nothing, expected a value, since KEYWARD_REPLICA_MAX_LAG_SECONDS is set.',
    ])
  })

  test('removes the trailing slash from the playground’s inference endpoint', () => {
    expect(readConfig({}).inferenceUrl).toBeNull()
    const read = (KEYWARD_INFERENCE_URL: string) => readConfig({ KEYWARD_INFERENCE_URL }).inferenceUrl
    expect(read('https://Inference.example.com:8443/v1/')).toBe('https://inference.example.com:8443/v1')
    expect(read('http://127.0.0.1:8000')).toBe('http://127.0.0.1:8000')
  })

  test('reports all invalid variables together, and variables that require another variable', () => {
    expect(problemsOf({ PORT: 'x', KEYWARD_LOG: 'y' })).toHaveLength(2)
    expect(problemsOf({ KEYWARD_SMTP_URL: 'smtp://mail:25' })).toEqual([
      'KEYWARD_MAIL_FROM: given nothing, expected a value, since KEYWARD_SMTP_URL is set.',
    ])
    expect(problemsOf({ KEYWARD_OIDC_CLIENT_ID: 'x' })[0]).toContain('KEYWARD_OIDC_ISSUER, KEYWARD_OIDC_CLIENT_SECRET')
  })

  test('accepts several encryption keys with different ids', () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    expect(
      readConfig({ KEYWARD_ENCRYPTION_KEYS: `new:${key}, old:${key}` }).encryptionKeys?.map(({ id }) => id),
    ).toEqual(['new', 'old'])
    expect(problemsOf({ KEYWARD_ENCRYPTION_KEYS: `a:${key},a:${key}` })).toHaveLength(1)
  })

  test('allows every local name as an origin on a local machine, and otherwise only the public URL', () => {
    expect(ownOrigins({ publicUrl: 'http://127.0.0.1:4000' })).toContain('http://localhost:4000')
    expect(ownOrigins({ publicUrl: 'https://keys.example.com' })).toEqual(['https://keys.example.com'])
  })

  test.each([
    ['https://keys.example.com/', 'https://keys.example.com', ''],
    ['https://example.com/keys', 'https://example.com/keys', '/keys'],
    ['https://example.com/team-1/keys_2.0/', 'https://example.com/team-1/keys_2.0', '/team-1/keys_2.0'],
    ['http://localhost:8080/keys', 'http://localhost:8080/keys', '/keys'],
  ])('accepts the public address %s', (given, publicUrl, prefix) => {
    const config = readConfig({ KEYWARD_PUBLIC_URL: given })
    expect([config.publicUrl, pathPrefix(config)]).toEqual([publicUrl, prefix])
  })

  test.each([
    'http://example.com/keys',
    'https://example.com/keys?x=1',
    'https://example.com//keys',
    'https://example.com/a b',
    'https://example.com/a;b',
    'https://example.com/auth',
    'https://example.com/o/keys',
    'https://example.com/authorized',
    'https://example.com/graphql/keys',
    'https://example.com/keys/graphql',
    'https://example.com/health/',
  ])('rejects the public address %s', (given) => {
    expect(problemsOf({ KEYWARD_PUBLIC_URL: given })).toHaveLength(1)
  })

  test('has documentation for every variable, exit code and limit', async () => {
    const read = async (name: string) =>
      (await readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')).replaceAll(/ +/g, ' ')
    const [page, limits] = [await read('configuration.md'), await read('limits.md')]
    for (const [name, { expected, unset }] of Object.entries(VARIABLES)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
      expect(row, name).toContain(expected)
      expect(row, name).toContain(unset)
    }
    for (const code of Object.values(EXIT_CODES)) expect(page).toContain(`| ${code} |`)
    for (const limit of Object.values(REQUEST_CAPS)) expect(limits).toContain(`| ${limit.toLocaleString('en')} |`)
  })
})

describe('the secrets file', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyward-secrets-'))
  })
  afterEach(() => rm(directory, { recursive: true }))
  const load = () => withSecrets(readConfig({ KEYWARD_DATA_DIR: directory }))

  test('is created once, readable only by its owner, and reused', async () => {
    const both = await Promise.all([load(), load()])
    const again = await load()
    expect((await stat(join(directory, 'secrets.json'))).mode & 0o777).toBe(0o600)
    for (const config of both) expect(config.sessionSecret).toBe(again.sessionSecret)
    expect(again.encryptionKeys[0]?.key).toHaveLength(32)
    expect(setupToken(again.sessionSecret)).toMatch(/^([0-9a-f]{6}-){3}[0-9a-f]{6}$/)
  })

  test('is rejected if others can read it', async () => {
    await load()
    await chmod(join(directory, 'secrets.json'), 0o640)
    await expect(load()).rejects.toThrow(/mode 640/)
  })

  test('is rejected and not overwritten if it is invalid', async () => {
    const path = join(directory, 'secrets.json')
    await writeFile(path, '{"sessionSecret":"short"}', { mode: 0o600 })
    await expect(load()).rejects.toThrow(ConfigurationError)
    expect(await readFile(path, 'utf8')).toBe('{"sessionSecret":"short"}')
  })

  test('is not created if the environment provides both secrets', async () => {
    const key = `env:${Buffer.alloc(32).toString('base64')}`
    const secret = 'x'.repeat(32)
    const given = { KEYWARD_DATA_DIR: directory, KEYWARD_ENCRYPTION_KEYS: key, KEYWARD_SESSION_SECRET: secret }
    expect((await withSecrets(readConfig(given))).sessionSecret).toBe(secret)
    await expect(stat(join(directory, 'secrets.json'))).rejects.toThrow(/ENOENT/)
  })
})
