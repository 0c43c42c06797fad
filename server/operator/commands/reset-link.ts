import { recordAccountEvent } from '@keyward/schema/user/record'
import { operate } from '@keyward/schema/write/unit-of-work'
import { urlOf } from '../../identity/links.ts'
import { createPeople } from '../../identity/people.ts'
import { createLog } from '../../telemetry/log.ts'
import { CommandError } from '../exit-codes.ts'
import { type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server user reset-link EMAIL`: prints the link that a server with mail configured would send. */
export async function runResetLink(email: string, options: ResultOptions): Promise<void> {
  const url = await withRuntime(async (runtime, config) => {
    const { database } = runtime
    const user = await database.prisma.user.findUnique({ where: { email: email.toLowerCase() } })
    if (!user) throw new CommandError(`No user has the address ${email}.`)
    let found: string | null = null
    const people = await createPeople({
      config,
      database,
      log: createLog(config.log),
      record: async () => {},
      sendLink: (link) => {
        found = urlOf(config.publicUrl, link)
      },
      onSessionEnded: async () => {},
      onUserChanged: () => undefined,
    })
    await people.sendResetLink(user.email)
    if (found !== null)
      await operate(runtime, (unit) => recordAccountEvent(unit, user, { action: 'user.resetLinkMade' }))
    return found
  })
  if (url === null) {
    throw new CommandError(`${email} signs in by single sign-on. To give them a password, use "user set-password".`)
  }
  showResult(options, { email, url }, [
    `This link sets a new password for ${email}. It works once, within an hour:`,
    url,
  ])
}
