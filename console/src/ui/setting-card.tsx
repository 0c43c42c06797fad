import type { ReactNode } from 'react'
import { useAction } from '../app/action.ts'
import { Button } from './button.tsx'
import { ErrorNote } from './feedback.tsx'
import { Form } from './field.tsx'
import { Card } from './layout.tsx'

interface SettingCardProps {
  title: string
  note: string
  /** The message after saving. */
  done: string
  save: (values: FormData) => Promise<unknown>
  children: ReactNode
}

/** A setting with its own form. */
export function SettingCard({ title, note, done, save, children }: SettingCardProps) {
  const { mutate, error, isPending } = useAction({ run: save, done })
  return (
    <Card title={title} note={note}>
      <Form onSend={(values) => mutate(values)}>
        {children}
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
