import { readFileSync } from 'node:fs'
import type { Database } from '@keyward/prisma/database'
import { pathPrefix, type ServerConfig } from '../config/config.ts'
import { DEMO_INFERENCE, type DemoChat } from '../demo/chat/endpoint.ts'
import { isConsolePath, isPlaygroundPath } from '../http/served-paths.ts'
import { hasNoAccount } from '../identity/sign-up-policy.ts'
import { Asset, PAGES } from './assets.ts'
import { consolePage, consolePolicy, loadConsole } from './console.ts'
import { EXAMPLE_TABS, PLACEHOLDERS, TOUR_KEY } from './example-operations.ts'
import { escapeHtml, FRAMING } from './html.ts'

// The editor sets inline styles, and its style sheet embeds fonts and cursors.
const GRAPHIQL_POLICY = `default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; connect-src 'self'; ${FRAMING}`

const fill = (template: string, values: Record<string, string>): string =>
  template.replaceAll(/%([a-zA-Z]+)%/g, (_match, name: string) => values[name] ?? '')

const template = (name: string): string => readFileSync(new URL(name, PAGES), 'utf8')

const html = (body: string, policy: string): Response =>
  new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy } })

/** Loads GraphiQL and its workers, 9 MB in all, on first use. */
async function loadGraphiql(icon: Asset, prefix: string) {
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql')
  const assets = {
    graphiql: new Asset('graphiql.js', bundle.js),
    graphiqlStyle: new Asset('graphiql.css', bundle.css),
    style: Asset.file('graphiql-page.css'),
    environment: Asset.file('graphiql-workers.js'),
    script: Asset.file('graphiql-page.js'),
  }
  const workers = {
    editorWorkerService: new Asset('editor-worker.js', bundle.editorWorkerService),
    json: new Asset('json-worker.js', bundle.jsonWorker),
    graphql: new Asset('graphql-worker.js', bundle.graphqlWorker),
  }
  const paths = (named: Record<string, Asset>) =>
    Object.fromEntries(Object.entries(named).map(([name, asset]) => [name, prefix + asset.path]))
  const page = JSON.stringify({
    tabs: EXAMPLE_TABS,
    placeholders: PLACEHOLDERS,
    tourKey: TOUR_KEY,
    workers: paths(workers),
    prefix,
  })
  const body = fill(template('graphiql.html'), {
    ...paths(assets),
    icon: prefix + icon.path,
    prefix,
    page: escapeHtml(page),
  })
  return { body, assets: [...Object.values(assets), ...Object.values(workers)] }
}

interface Options {
  config: ServerConfig
  database: Database
  demoChat: Pick<DemoChat, 'isServed'>
}

/** Serves the console, GraphiQL and their files. Null for any other path. */
export function createPages({ config, database, demoChat }: Options) {
  const prefix = pathPrefix(config)
  const policy = consolePolicy()
  const playgroundPolicy = config.inferenceUrl === null ? policy : consolePolicy(new URL(config.inferenceUrl).origin)
  const icon = Asset.file('icon.svg')
  const console = loadConsole()
  const assets = new Map([icon, ...console.assets].map((asset) => [asset.path, asset]))
  let graphiql: ReturnType<typeof loadGraphiql> | null = null
  const openGraphiql = async () => {
    graphiql ??= loadGraphiql(icon, prefix)
    const loaded = await graphiql
    for (const asset of loaded.assets) assets.set(asset.path, asset)
    return loaded
  }

  return async (request: Request, path: string): Promise<Response | null> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null
    if (isConsolePath(path)) {
      const { signup, oidc, smtp } = config
      const instance = {
        prefix,
        needsSetup: await hasNoAccount(database),
        signup,
        oidc: oidc?.name ?? null,
        sendsMail: smtp !== null,
        hasOperators: config.operators.length > 0,
        inferenceUrl: config.inferenceUrl ?? ((await demoChat.isServed()) ? prefix + DEMO_INFERENCE : null),
      }
      return html(consolePage(console, instance), isPlaygroundPath(path) ? playgroundPolicy : policy)
    }
    if (path === '/graphql' && request.headers.get('accept')?.includes('text/html')) {
      return html((await openGraphiql()).body, GRAPHIQL_POLICY)
    }
    if (!path.startsWith('/assets/')) return null
    // Another replica may have served the page that requests these files.
    if (!assets.has(path)) await openGraphiql()
    return (await assets.get(path)?.respond(request)) ?? null
  }
}
