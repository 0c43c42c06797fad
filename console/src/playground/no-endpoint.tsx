import { useQuery } from '@tanstack/react-query'
import { INSTANCE } from '../app/instance.ts'
import { instanceHealthQuery } from '../instance/queries.ts'
import { Empty, Loading } from '../ui/feedback.tsx'

/** Shown if the instance has no inference endpoint. Its operators see how to configure one. */
export function NoEndpoint() {
  const { data: health, isPending } = useQuery(instanceHealthQuery)
  if (isPending) return <Loading rows={3} />
  const how = (
    <>
      set <code>KEYWARD_INFERENCE_URL</code> to the address of a server with OpenAI’s protocol, such as{' '}
      <code>https://inference.example.com/v1</code>, then restart.
    </>
  )
  return (
    <Empty icon="send" title="No inference endpoint">
      This instance is not connected to a server that answers requests.{' '}
      {health ? (
        <>To send requests from here, {how}</>
      ) : INSTANCE.hasOperators ? (
        'Ask the operator of the instance to set KEYWARD_INFERENCE_URL. You can use the models below with your keys.'
      ) : (
        <>If you operate it, {how} Otherwise, ask its operator.</>
      )}
    </Empty>
  )
}
