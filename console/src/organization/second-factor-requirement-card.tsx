import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { CheckField, Form } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

interface SecondFactorRequirementCardProps {
  organizationId: string
  isRequired: boolean
}

/** Sets whether the people of an organization need a second factor. */
export function SecondFactorRequirementCard({ organizationId, isRequired }: SecondFactorRequirementCardProps) {
  const { mutate, error, isPending } = useAction({
    run: (requireSecondFactor: boolean) => keyward.organizations.update({ id: organizationId, requireSecondFactor }),
    done: 'The setting for second factors is saved.',
  })
  return (
    <Card
      title="Second factor"
      note="If it is required, people who sign in with a password and have none see nothing of the organization. Service accounts and keys are not affected."
    >
      <Form onSend={(values) => mutate(values.get('required') === 'on')}>
        <CheckField name="required" defaultChecked={isRequired} label="Require a second factor" />
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
