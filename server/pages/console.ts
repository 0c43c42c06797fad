import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Asset } from './assets.ts'
import { escapeHtml, FRAMING } from './html.ts'

/** The console's build. */
const BUILD = new URL('../../console/dist/', import.meta.url)

/** Allows only this server's files, requests to this server and the given origins, and no code created from text. */
export const consolePolicy = (...origins: string[]): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src ${["'self'", ...origins].join(' ')}; require-trusted-types-for 'script'; trusted-types 'none'; ${FRAMING}`

const NOT_BUILT =
  '<!doctype html><title>Keyward</title><p>The console is not built. Run <code>npx pnpm --filter @keyward/console build</code>, then restart the server.</p>'

/** The console's page and its files. */
interface Console {
  page: string
  assets: Asset[]
}

/** Reads the console's build. */
export function loadConsole(): Console {
  const index = new URL('index.html', BUILD)
  if (!existsSync(index)) return { page: NOT_BUILT, assets: [] }
  const folder = new URL('assets/', BUILD)
  const assets = readdirSync(folder).map(
    (name) => new Asset(name, readFileSync(new URL(name, folder), 'utf8'), `/assets/${name}`),
  )
  return { page: readFileSync(index, 'utf8'), assets }
}

/** Settings that the console needs before sign-in. */
interface Instance {
  /** Path prefix of the public URL. Empty if there is none. */
  prefix: string
  needsSetup: boolean
  signup: string
  oidc: string | null
  sendsMail: boolean
  hasOperators: boolean
  /** Base URL of the playground's inference endpoint. Null if there is none. */
  inferenceUrl: string | null
}

/**
 * The console page for this instance. The build refers to its files relative to the page, which may be at any depth.
 */
export const consolePage = ({ page }: Console, instance: Instance): string =>
  page
    .replaceAll('"./', () => `"${instance.prefix}/`)
    .replace('data-instance=""', () => `data-instance="${escapeHtml(JSON.stringify(instance))}"`)
