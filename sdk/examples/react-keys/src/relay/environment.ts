import { Environment, Network, Observable, RecordSource, Store } from 'relay-runtime'
import type { Connection } from '../app/keys.ts'
import { openStream } from '../app/stream.ts'

export function createEnvironment(connection: Connection): Environment {
  const subscribe = openStream(connection)
  return new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text: query }, variables) => {
        const response = await fetch(`${connection.baseUrl}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${connection.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        })
        return response.json()
      },
      ({ text: query }, variables) => Observable.create((sink) => subscribe(query ?? '', variables, sink)),
    ),
  })
}
