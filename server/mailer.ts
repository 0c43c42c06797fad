import { withTimeout } from '@keyward/schema/core/timeout'
import type { Mailer } from '@keyward/schema/runtime'
import { createTransport } from 'nodemailer'
import type { Config } from './config/config.ts'
import type { Log } from './telemetry/log.ts'

const TIMEOUT_MS = 10_000

const TIMEOUTS = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS }

/**
 * Sends mail over SMTP. Null if SMTP is not configured. Mails that could not be sent are logged without their
 * recipient.
 */
export function createMailer({ smtp }: Pick<Config, 'smtp'>, log: Log): Mailer | null {
  if (!smtp) return null
  const transport = createTransport({ url: smtp.url, ...TIMEOUTS }, { from: smtp.from })
  return {
    async send(mail) {
      try {
        await withTimeout(transport.sendMail(mail), TIMEOUT_MS, () => {
          throw new Error('The mail server did not answer in time')
        })
      } catch (error) {
        // A mail server's message can contain the address, so only the error code is logged.
        const code =
          error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ETIMEDOUT'
        log.warn('a mail could not be sent', { code })
        throw error
      }
    },
  }
}
