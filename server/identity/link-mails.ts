import type { Mailer } from '@keyward/schema/runtime'
import { type Link, type SendLink, urlOf } from './links.ts'

const MAILS: Record<Link['kind'], { subject: string; does: string }> = {
  'reset-password': {
    subject: 'Set a new password for Keyward',
    does: 'Somebody asked to set a new password for your account',
  },
  'verify-email': {
    subject: 'Verify your e-mail address for Keyward',
    does: 'An account was created with this address',
  },
}

/** Sends links by mail. The mailer logs mails that it cannot send. */
export const mailLinks =
  (mailer: Mailer, publicUrl: string): SendLink =>
  (link) => {
    const { subject, does } = MAILS[link.kind]
    const text = [
      `${does} on Keyward at ${publicUrl}. Within an hour, open this link:`,
      urlOf(publicUrl, link),
      'If it was not you, ignore this mail. Nothing changes.',
    ]
    mailer.send({ to: link.to, subject, text: `${text.join('\n\n')}\n` }).catch(() => {})
  }
