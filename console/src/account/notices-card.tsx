import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/feedback.tsx'
import { CheckField, Form } from '../ui/field.tsx'
import { Card } from '../ui/layout.tsx'

/** Turns the signed-in person's mailed notices on or off. */
export function NoticesCard() {
  const { user } = useSession()
  const { mutate, error, isPending } = useAction({
    run: (values: FormData) => keyward.viewer.setNotices({ byMail: values.get('byMail') !== null }),
    done: 'Notices set.',
  })
  return (
    <Card
      title="Notices"
      note="About keys that expire, are unused or must be rotated, budgets, and failing webhooks. You get those of organizations and projects that you administer, and of keys that you created."
    >
      <Form key={String(user.noticesByMail)} onSend={mutate}>
        <CheckField
          label="Mail me notices, at most once a day, if this instance sends mail"
          name="byMail"
          defaultChecked={user.noticesByMail ?? false}
        />
        <ErrorNote error={error} />
        <div>
          <Button type="submit" busy={isPending}>
            Set notices
          </Button>
        </div>
      </Form>
    </Card>
  )
}
