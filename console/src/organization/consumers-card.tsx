import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { CheckField, Form } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

interface ConsumersCardProps {
  organizationId: string
  hashConsumers: boolean
}

/** Sets whether end customers in usage are stored as hashes. */
export function ConsumersCard({ organizationId, hashConsumers }: ConsumersCardProps) {
  const { mutate, error, isPending } = useAction({
    run: (isHashed: boolean) => keyward.organizations.update({ id: organizationId, hashConsumers: isHashed }),
    done: 'The setting for consumers is saved.',
  })
  return (
    <Card title="Consumers" note="Gateways may report your end customer with the usage of a request.">
      <Form onSend={(values) => mutate(values.get('hashed') === 'on')}>
        <CheckField name="hashed" defaultChecked={hashConsumers} label="Store consumers as hashes, from now on" />
        <ErrorNote error={error} />
        <div>
          <Button type="submit" busy={isPending}>
            Save
          </Button>
        </div>
      </Form>
    </Card>
  )
}
