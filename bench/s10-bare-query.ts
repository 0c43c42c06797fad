import { existsSync } from 'node:fs'
import type { Benchmark, Contender } from './benchmark.ts'
import type { Message } from './requests.ts'
import { installWorkspaces, NEWER_NODE } from './workspaces.ts'
import type { Served } from './world.ts'

const CONNECTIONS = 16

/** The smallest GraphQL query, whose cost every request pays. */
const message: Message = {
  method: 'POST',
  path: '/graphql',
  headers: { accept: 'application/json' },
  batch: 1,
  body: JSON.stringify({ query: '{ __typename }' }),
}

export const benchmark: Benchmark = {
  id: 'S10',
  title: 'POST /graphql with { __typename }',
  unit: 'requests/s',
  async open(world) {
    const { url } = await world.database('bare_query', async () => {})
    const pairs = [{ on: '', bare: await world.serve('yoga.ts'), keyward: await world.keyward({ DATABASE_URL: url }) }]
    installWorkspaces('../test/runtimes')
    if (existsSync(NEWER_NODE)) {
      pairs.push({
        on: ' on Node 24',
        bare: await world.serve('yoga.ts', {}, NEWER_NODE),
        keyward: await world.keyward({ DATABASE_URL: url }, NEWER_NODE),
      })
    }
    const asks = (name: string, server: Served): Contender => ({
      name,
      measure: () => world.ask(server, { connections: CONNECTIONS, warmUp: 2, draw: 'IDS', message }),
    })
    const compared = pairs.map(({ on, bare, keyward }) => ({
      reference: asks(`bare Yoga${on}`, bare),
      subject: asks(`Keyward${on}`, keyward),
    }))
    return {
      contenders: compared.flatMap(({ reference, subject }) => [reference, subject]),
      goals: compared.map(({ reference, subject }) => ({
        name: reference.name,
        subject,
        reference,
        timeAtMost: 1.5,
      })),
      async close() {
        for (const { bare, keyward } of pairs) await Promise.all([bare.stop(), keyward.stop()])
      },
    }
  },
}
