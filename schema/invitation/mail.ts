import type { Caller } from '../caller.ts'

/** Mails an invitation where mail is configured. The inviter has the link either way, so a failure fails nothing. */
export async function sendInvitation(caller: Caller, to: { name: string; email: string }, url: string): Promise<void> {
  await caller.runtime.settings.mailer
    ?.send({
      to: to.email,
      subject: `You are invited to ${to.name}`,
      text: `You are invited to ${to.name} on Keyward.\n\nAccept within 7 days, signed in with this e-mail address:\n${url}\n`,
    })
    .catch(() => {})
}
