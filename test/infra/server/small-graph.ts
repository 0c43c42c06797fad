import { setTimeout as delay } from 'node:timers/promises'
import { createGraphHandler } from '@keyward/server/graphql/handler'
import { fromRequest } from '@keyward/server/http/incoming'
import type { RequestContext } from '@keyward/server/http/request-context'
import { Reserved } from '@keyward/server/http/reserved'
import type { Log } from '@keyward/server/telemetry/log'
import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'

export const ORIGIN = 'http://127.0.0.1:4000'
export const REQUEST_ID = 'request-0001'
export const INTERNALS = `Connection to 10.0.0.7 refused for kw_proj_${'a'.repeat(49)}`

/** Streams of the small graph that have begun and ended. */
export const streams = { begun: 0, ended: 0 }

/** A stream that begins after a delay, without results. */
async function openLate(): Promise<AsyncIterable<object>> {
  await delay(100)
  streams.begun += 1
  const stream: AsyncIterableIterator<object> = {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => new Promise(() => undefined),
    async return() {
      streams.ended += 1
      return { done: true, value: undefined }
    },
  }
  return stream
}

/** Number of times that the mutation of the small graph ran. */
export const touched = { times: 0 }

const Person: GraphQLObjectType = new GraphQLObjectType({
  name: 'Person',
  fields: () => ({
    name: { type: GraphQLString, resolve: () => 'Ada' },
    friend: { type: Person, resolve: () => ({}) },
    never: { type: GraphQLString, resolve: () => new Promise(() => undefined) },
  }),
})

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      me: { type: Person, resolve: () => ({}) },
      boom: {
        type: GraphQLString,
        resolve: () => {
          throw new Error(INTERNALS)
        },
      },
      bang: {
        type: new GraphQLNonNull(GraphQLString),
        resolve: () => {
          throw new Error(INTERNALS)
        },
      },
      away: {
        type: GraphQLString,
        resolve: () => {
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
        },
      },
      never: { type: GraphQLString, resolve: () => new Promise(() => undefined) },
      count: { type: GraphQLInt, args: { of: { type: new GraphQLNonNull(GraphQLInt) } }, resolve: (_, { of }) => of },
      list: {
        type: GraphQLInt,
        args: { values: { type: new GraphQLList(GraphQLString) } },
        resolve: (_, { values }) => values.length,
      },
    },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      touch: {
        type: GraphQLBoolean,
        resolve: () => {
          touched.times += 1
          return true
        },
      },
      change: {
        type: Person,
        args: { milliseconds: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: async (_root, { milliseconds }, { untimed }) => {
          await untimed(() => delay(milliseconds))
          return {}
        },
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      tick: {
        type: GraphQLInt,
        subscribe: async function* () {
          yield { tick: 1 }
          await new Promise(() => undefined)
        },
      },
      late: { type: GraphQLInt, subscribe: openLate },
    },
  }),
})

/** A small graph behind the guards of the real one, and its log. */
export function createSmallGraph({ by = 'NOTHING' as 'NOTHING' | 'COOKIE' | 'HEADER', milliseconds = 10_000 } = {}) {
  const logged: string[] = []
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message, error, fields) => logged.push(`${message} ${error} ${JSON.stringify(fields)}`),
  }
  const stopping = new AbortController()
  const graph = createGraphHandler({
    schema,
    origins: [ORIGIN],
    log,
    tracing: null,
    hasReplica: false,
    stopping: stopping.signal,
    milliseconds,
    contextOf: async ({ timeLimit }) => ({ untimed: timeLimit?.pauseFor.bind(timeLimit) }),
  })
  const contextOf = (): RequestContext => ({
    requestId: REQUEST_ID,
    traceId: null,
    startedAt: performance.now(),
    clientAddress: null,
    timeLimit: null,
    authentication: { actor: { kind: 'ANONYMOUS' }, by, reauthenticate: async () => ({ kind: 'ANONYMOUS' }) },
    credentialId: null,
    operation: {},
    errorCodes: new Set(),
    reserved: new Reserved(() => {}),
  })
  const send = (init: RequestInit, path = '/graphql') => {
    const incoming = fromRequest(new Request(ORIGIN + path, init), {})
    return graph.answer(incoming.head(graph.Request), contextOf(), incoming)
  }
  const ask = async (body: unknown) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const payload = typeof body === 'string' ? body : JSON.stringify(body)
    const began = process.cpuUsage()
    const response = await send({ method: 'POST', headers, body: payload })
    const answered = await response.json()
    const { user, system } = process.cpuUsage(began)
    return { status: response.status, cpuMilliseconds: (user + system) / 1_000, ...answered }
  }
  return { send, ask, logged, stop: () => stopping.abort() }
}
