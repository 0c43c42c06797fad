import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useAction } from '../app/action.ts'
import { keyward } from '../app/api.ts'
import { LegacyKeyDocument } from '../generated/graphql.ts'
import { masked } from '../keys/words.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Failed, Note } from '../ui/feedback.tsx'
import { Card, Facts, layout } from '../ui/layout.tsx'
import { Ago, Day } from '../ui/time.tsx'
import { toast } from '../ui/toast.tsx'
import { MoveAway } from './move-away.tsx'

const RegenerateDialog = lazy(async () => ({
  default: (await import('./regenerate-dialog.tsx')).RegenerateDialog,
}))

/** The legacy key, which only the Owner can see, copy and regenerate. */
export function LegacyKeyCard({ organizationId }: { organizationId: string }) {
  const [regenerating, setRegenerating] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['legacy-key', organizationId],
    queryFn: async ({ signal }) =>
      (await keyward.request(LegacyKeyDocument, { id: organizationId }, { signal })).organization?.legacyKey ?? null,
  })
  const copy = useAction({
    run: async (_: undefined) => {
      const { secret } = await keyward.legacyKey.reveal({ organizationId })
      await navigator.clipboard.writeText(secret)
      toast('Secret copied. The audit log says so.')
    },
  })
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (!data) return null
  return (
    <Card title="Legacy key" note="Only the Owner sees it.">
      <Note tone="warn">{data.deprecationNotice}</Note>
      <Facts
        rows={[
          [
            'Secret',
            <span key="start" className={layout.mono}>
              {masked(data.start)}
            </span>,
          ],
          [
            'Project',
            <span key="project" dir="auto">
              {data.project.name}
            </span>,
          ],
          ['Created', <Day key="created" time={data.createdAt} />],
          ['Regenerated', <Ago key="regenerated" time={data.regeneratedAt} />],
          ['Last used', <Ago key="used" time={data.lastUsedAt} />],
        ]}
      />
      <ErrorNote error={copy.error} />
      <div className={layout.actions}>
        <Button icon="copy" busy={copy.isPending} onClick={() => copy.mutate(undefined)}>
          Copy secret
        </Button>
        <Button icon="rotate" onClick={() => setRegenerating(true)}>
          Regenerate
        </Button>
      </div>
      <MoveAway
        organizationId={organizationId}
        project={data.project}
        lastUsedAt={data.lastUsedAt}
        regenerate={() => setRegenerating(true)}
      />
      {regenerating && (
        <Suspense fallback={null}>
          <RegenerateDialog organizationId={organizationId} onClose={() => setRegenerating(false)} />
        </Suspense>
      )}
    </Card>
  )
}
