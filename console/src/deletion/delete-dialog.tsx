import { useQuery } from '@tanstack/react-query'
import { issueOf, restOf, useAction } from '../app/action.ts'
import type { DeletionCountsFragment } from '../generated/graphql.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { TextField, textOf } from '../ui/field.tsx'

export interface DeleteDialogProps {
  id: string
  name: string
  /** `project` or `organization`. */
  what: string
  /** The consequence of the deletion, in a sentence. */
  effect: string
  count: (signal: AbortSignal) => Promise<DeletionCountsFragment | null | undefined>
  run: (name: string) => Promise<unknown>
  done: string
  onDone?: () => void
  onClose: () => void
}

const WORDS = [
  ['projects', 'project', 'projects'],
  ['apiKeys', 'key', 'keys'],
  ['members', 'member', 'members'],
  ['collaborators', 'project role', 'project roles'],
  ['serviceAccounts', 'service account', 'service accounts'],
  ['resources', 'resource', 'resources'],
  ['models', 'model', 'models'],
  ['webhooks', 'webhook', 'webhooks'],
] as const

const listOf = (counts: DeletionCountsFragment): string =>
  WORDS.filter(([field]) => counts[field] > 0)
    .map(([field, one, many]) => `${counts[field]} ${counts[field] === 1 ? one : many}`)
    .join(', ')

/** Lists the contents to delete, and asks for the name as a confirmation. */
export function DeleteDialog({ id, name, what, effect, count, run, done, onDone, onClose }: DeleteDialogProps) {
  const { data } = useQuery({ queryKey: ['deletion-contents', id], queryFn: ({ signal }) => count(signal) })
  const { mutate, error, isPending } = useAction({
    run,
    done,
    onDone: () => {
      onClose()
      onDone?.()
    },
  })
  const contents = data ? listOf(data) : ''
  return (
    <FormDialog
      title={`Delete “${name}”`}
      description={
        <>
          {effect} {contents && `It contains ${contents}.`}
        </>
      }
      action={`Delete ${what}`}
      danger
      busy={isPending}
      error={restOf(error, 'name')}
      onSend={(values) => mutate(textOf(values, 'name'))}
      onClose={onClose}
    >
      <TextField
        label={`Type “${name}” to confirm`}
        name="name"
        autoComplete="off"
        required
        error={issueOf(error, 'name')}
      />
    </FormDialog>
  )
}
