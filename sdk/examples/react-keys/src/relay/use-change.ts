import { useMutation } from 'react-relay'
import type { GraphQLTaggedNode, MutationParameters } from 'relay-runtime'

/** A mutation that returns a promise of its response. */
export function useChange<Change extends MutationParameters>(document: GraphQLTaggedNode) {
  const [commit] = useMutation<Change>(document)
  return (variables: Change['variables']) =>
    new Promise<Change['response']>((resolve, reject) => {
      commit({ variables, onCompleted: (response) => resolve(response), onError: reject })
    })
}
