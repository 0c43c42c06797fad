import type { Caller } from '../core/caller.ts'

/**
 * Mails an invitation where mail is configured. Nothing waits for it: the inviter has the link either way, and a mail
 * server that hangs would take the answer with the link past the time limit. The mailer logs what it cannot send.
 */
export function sendInvitation(caller: Caller, to: { name: string; email: string }, url: string): void {
  caller.runtime.settings.mailer
    ?.send({
      to: to.email,
      subject: `You are invited to ${to.name}`,
      text: `You are invited to ${to.name} on Keyward.\n\nAccept within 7 days, signed in with this e-mail address:\n${url}\n`,
    })
    .catch(() => {})
}
