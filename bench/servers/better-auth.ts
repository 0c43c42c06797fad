import { text } from 'node:stream/consumers'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { Pool } from 'pg'
import { announce, listenOn } from '../serving.ts'

/*
 * better-auth's API-key plugin behind minimal HTTP. GET verifies the bearer secret; POST verifies a list. Rate limits
 * are off, so it writes less than by default.
 */

const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: 'of a benchmark, which signs nobody in',
  database: new Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
  logger: { disabled: true },
  telemetry: { enabled: false },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
})

const verify = async (key: string): Promise<boolean> => (await auth.api.verifyApiKey({ body: { key } })).valid

announce(
  await listenOn(async (request, response) => {
    if (request.method === 'POST') {
      const keys: string[] = JSON.parse(await text(request)).keys
      const valid = await Promise.all(keys.map(verify))
      response.statusCode = valid.every(Boolean) ? 200 : 401
      response.end(JSON.stringify(valid))
      return
    }
    response.statusCode = (await verify(request.headers.authorization?.slice('Bearer '.length) ?? '')) ? 200 : 401
    response.end('{}')
  }),
)
