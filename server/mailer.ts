import type { Mailer } from '@keyward/schema/runtime'
import { createTransport } from 'nodemailer'
import type { Config } from './config.ts'

const TIMEOUT_MS = 10_000

/** Sends mail by SMTP where it is configured; null elsewhere. */
export function createMailer({ smtp }: Pick<Config, 'smtp'>): Mailer | null {
  if (!smtp) return null
  const transport = createTransport(smtp.url, { from: smtp.from })
  return {
    async send(mail) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('The mail server did not answer in time')), TIMEOUT_MS)
      })
      try {
        await Promise.race([transport.sendMail(mail), late])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
