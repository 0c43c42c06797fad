import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { serve } from '@hono/node-server'
import type { Ask, Gateway } from '@keyward/sdk/gateway'
import * as forExpress from '@keyward/sdk/gateway/express'
import * as forFastify from '@keyward/sdk/gateway/fastify'
import * as forFetch from '@keyward/sdk/gateway/fetch'
import * as forHono from '@keyward/sdk/gateway/hono'
import express, { type ErrorRequestHandler } from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'

/*
 * The same small server in each supported framework, written as a user would. The body of `POST /` sets its behavior.
 */

/** The behavior of the handler. */
export interface Behaviour {
  /** The request that `ask` reads from the body. */
  ask?: Ask
  /** Whether `ask` throws. */
  askFails?: boolean
  /** The cost that the handler records before it responds, in US dollars. */
  cost?: string
  /** The response's status. 0 throws, and -1 never responds. */
  status?: number
}

/** The settings of the middleware. */
interface Setup extends Pick<forFetch.GuardOptions<never>, 'refusal' | 'refusalHeaders'> {
  gateway: Pick<Gateway, 'authorize' | 'carriesSecret' | 'record' | 'release'>
  /** Called by `ask`. */
  asked: () => void
  /** Called by the handler. */
  served: () => void
  /** Called when a connection is closed, after all other listeners. */
  closed?: () => void
}

export interface Listening {
  url: string
  stop(): Promise<void>
}

/** The result of a handler. */
interface Outcome {
  status: number
  body: { credentialId: string }
}

async function act({ cost, status = 200 }: Behaviour, { answer, record }: forFetch.Admission): Promise<Outcome> {
  if (cost !== undefined) await record({ workload: 'INFERENCE', cost })
  if (status === 0) throw new Error('The handler fails')
  if (status === -1) await new Promise(() => {})
  return { status, body: { credentialId: answer.credentialId } }
}

function askOf({ ask = {}, askFails }: Behaviour, { asked }: Setup): Ask {
  asked()
  if (askFails) throw new Error('The body cannot be read')
  return ask
}

const tellClosed = (server: AnyServer, { closed }: Setup) =>
  server.on('connection', (socket: Socket) => socket.once('close', () => setImmediate(() => closed?.())))

async function listening(listener: RequestListener, setup: Setup): Promise<Listening> {
  const server = createServer(listener)
  tellClosed(server, setup)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return ofServer(server)
}

type AnyServer = ReturnType<typeof createServer> | ReturnType<typeof serve>

function ofServer(server: AnyServer): Listening {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Not listening')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async stop() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listeningTo(fetch: (request: Request) => Response | Promise<Response>): Promise<Listening> {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await once(server, 'listening')
  return ofServer(server)
}

async function ofFetch(setup: Setup): Promise<Listening> {
  const guarded = forFetch.requireApiKey(setup.gateway, {
    ask: async (request) => askOf(await request.clone().json(), setup),
    refusal: setup.refusal,
    refusalHeaders: setup.refusalHeaders,
  })
  const handler = guarded(async (request, admission) => {
    setup.served()
    const { status, body } = await act(await request.json(), admission)
    return Response.json(body, { status })
  })
  return listeningTo((request) => handler(request).catch(() => new Response('failed', { status: 500 })))
}

async function ofHono(setup: Setup): Promise<Listening> {
  const app = new Hono()
  app.use(
    '/*',
    forHono.requireApiKey(setup.gateway, {
      ask: async (context: forHono.HonoContext & { req: { json(): Promise<Behaviour> } }) =>
        askOf(await context.req.json(), setup),
      refusal: setup.refusal,
      refusalHeaders: setup.refusalHeaders,
    }),
  )
  app.post('/', async (context) => {
    setup.served()
    const { status, body } = await act(await context.req.json(), forHono.admissionOf(context))
    return Response.json(body, { status })
  })
  app.onError(() => new Response('failed', { status: 500 }))
  return listeningTo(app.fetch)
}

const failed: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).send('failed')
}

async function ofExpress(setup: Setup): Promise<Listening> {
  const app = express()
  app.use(express.json())
  app.use(
    forExpress.requireApiKey(setup.gateway, {
      ask: (request: express.Request) => askOf(request.body, setup),
      refusal: setup.refusal,
      refusalHeaders: setup.refusalHeaders,
    }),
  )
  app.post('/', async (request, response) => {
    setup.served()
    const { status, body } = await act(request.body, forExpress.admissionOf(request))
    response.status(status).json(body)
  })
  app.use(failed)
  return listening(app, setup)
}

async function ofFastify(setup: Setup): Promise<Listening> {
  const app = fastify()
  tellClosed(app.server, setup)
  app.addHook(
    'preHandler',
    forFastify.requireApiKey(setup.gateway, {
      ask: (request: forFastify.FastifyRequest & { body: unknown }) => askOf(Object(request.body), setup),
      refusal: setup.refusal,
      refusalHeaders: setup.refusalHeaders,
    }),
  )
  app.post<{ Body: Behaviour }>('/', async (request, reply) => {
    setup.served()
    const { status, body } = await act(request.body, forFastify.admissionOf(request))
    return reply.code(status).send(body)
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    async stop() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

/** Bare `node:http`, which Express's middleware is made for as well; it has no address and no body to ask for. */
async function ofNode(setup: Setup): Promise<Listening> {
  const guard = forExpress.requireApiKey(setup.gateway, {
    ask: (request: IncomingMessage) => askOf(JSON.parse(String(request.headers['x-behaviour'])), setup),
    refusal: setup.refusal,
    refusalHeaders: setup.refusalHeaders,
  })
  const handle = (request: IncomingMessage, response: ServerResponse) => async (error?: unknown) => {
    try {
      if (error) throw error
      setup.served()
      const behaviour: Behaviour = JSON.parse(String(request.headers['x-behaviour']))
      const { status, body } = await act(behaviour, forExpress.admissionOf(request))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    } catch {
      response.writeHead(500).end('failed')
    }
  }
  return listening((request, response) => guard(request, response, handle(request, response)), setup)
}

/** Each framework, and whether it gives middleware the client's address. */
export const FRAMEWORKS: Record<string, { start: (setup: Setup) => Promise<Listening>; tellsAddress: boolean }> = {
  fetch: { start: ofFetch, tellsAddress: false },
  Hono: { start: ofHono, tellsAddress: false },
  Express: { start: ofExpress, tellsAddress: true },
  Fastify: { start: ofFastify, tellsAddress: true },
  'node:http': { start: ofNode, tellsAddress: false },
}

/** Sends a request to one of these servers. */
export function ask(url: string, secret: string | null, behaviour: Behaviour = {}, init: RequestInit = {}) {
  const body = JSON.stringify(behaviour)
  const authorization = secret === null ? {} : { authorization: `Bearer ${secret}` }
  const headers = { ...authorization, 'content-type': 'application/json', 'x-behaviour': body }
  return fetch(url, { method: 'POST', headers, body, ...init })
}
