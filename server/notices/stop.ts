import { stopNotices } from '@keyward/schema/notice/service'
import type { Runtime } from '@keyward/schema/runtime'
import { escapeHtml, FRAMING } from '../pages/html.ts'

/** Path of the link that turns off notice mails. */
export const STOP_NOTICES = '/notices/stop'

const POLICY = `default-src 'none'; style-src 'unsafe-inline'; ${FRAMING}`

const STYLE =
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:34rem;margin:15vh auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}'

const page = (status: number, title: string, body: string): Response =>
  new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><main><h1>${title}</h1>${body}</main></html>`,
    {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
    },
  )

/**
 * Serves the link in notice mails. A GET only asks for confirmation, because programs that scan mails also open links.
 * A POST turns the mails off. Mail programs send the POST directly (RFC 8058).
 */
export async function serveStopNotices(request: Request, runtime: Runtime): Promise<Response> {
  const token = new URL(request.url).searchParams.get('token') ?? ''
  if (request.method === 'GET' || request.method === 'HEAD') {
    return page(
      200,
      'Stop mails of notices?',
      `<p>Keyward mails you at most once a day about keys that expire or need rotation, budgets and failing webhooks.</p><form method="post" action="?token=${escapeHtml(encodeURIComponent(token))}"><button>Stop these mails</button></form>`,
    )
  }
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD, POST' } })
  return (await stopNotices(runtime, token))
    ? page(200, 'Notice e-mails are off', '<p>To turn them back on, sign in and open your account.</p>')
    : page(400, 'This link is not valid', '<p>Use the whole link of the mail, or sign in and open your account.</p>')
}
