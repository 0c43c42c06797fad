import type { ChatBody } from './chat.ts'

/** Quotes a text for a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The command that sends the same request with an API key, which it reads from the environment. */
export const curlOf = (url: string, body: ChatBody): string =>
  [
    `curl -N ${quote(url)}`,
    `-H 'content-type: application/json'`,
    '-H "authorization: Bearer $KEYWARD_SECRET"',
    `-d ${quote(JSON.stringify(body))}`,
  ].join(' \\\n  ')
