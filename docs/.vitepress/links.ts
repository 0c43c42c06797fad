import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'

/** The anchor of a heading, as it is in the repository: the links of the pages work in both places. */
export const slugify = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
    .replaceAll(' ', '-')

/** Shows a link to a file that is not a page, such as one of the source code, as its text. */
export function unlinkFiles(markdown: MarkdownRenderer, docs: string): void {
  const { link_open: open, link_close: close } = markdown.renderer.rules
  const isUnlinked: boolean[] = []
  markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
    const [path = ''] = (tokens[index]?.attrGet('href') ?? '').split('#')
    const page = join(docs, dirname(env.relativePath), path)
    const isFile = path !== '' && !/^(\w+:|\/)/.test(path) && existsSync(page)
    const isOutside = isFile && (relative(docs, page).startsWith('..') || !page.endsWith('.md'))
    isUnlinked.push(isOutside)
    if (isOutside) return ''
    return open ? open(tokens, index, options, env, self) : self.renderToken(tokens, index, options)
  }
  markdown.renderer.rules.link_close = (tokens, index, options, env, self) => {
    if (isUnlinked.pop()) return ''
    return close ? close(tokens, index, options, env, self) : self.renderToken(tokens, index, options)
  }
}
