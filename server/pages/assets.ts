import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** The folder with the pages' files. */
export const PAGES = new URL('./', import.meta.url)

const compress = promisify(gzip)

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** A page's file. Its URL changes with its content, so browsers can cache it permanently. */
export class Asset {
  readonly path: string
  readonly #type: string
  #compressed: Promise<Buffer<ArrayBuffer>> | null = null

  /** `path` is passed if it already contains a content hash. */
  constructor(
    name: string,
    readonly content: string,
    path?: string,
  ) {
    this.path = path ?? `/assets/${createHash('sha256').update(content).digest('hex').slice(0, 12)}/${name}`
    this.#type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  }

  /** Reads a file from this folder. */
  static file(name: string): Asset {
    return new Asset(name, readFileSync(new URL(name, PAGES), 'utf8'))
  }

  async respond(request: Request): Promise<Response> {
    const headers = {
      'content-type': this.#type,
      'cache-control': 'public, max-age=31536000, immutable',
      // Also applies to the editor's workers, which are single files.
      'content-security-policy': "default-src 'none'",
      vary: 'Accept-Encoding',
    }
    if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) return new Response(this.content, { headers })
    this.#compressed ??= compress(this.content)
    return new Response(await this.#compressed, { headers: { ...headers, 'content-encoding': 'gzip' } })
  }
}
