import { keyward } from '../app/api.ts'
import type { Project } from '../app/session.ts'
import type { LimitsFragment, ProjectSettingsQuery } from '../generated/graphql.ts'
import { TextField, textOf } from '../ui/field.tsx'
import { type Part, PartsCard } from './parts-card.tsx'

type Settings = NonNullable<ProjectSettingsQuery['project']>

interface ConsumerLimitsCardProps {
  project: Project
  each: LimitsFragment | null | undefined
  limited: Settings['limitedConsumers']
}

/** A consumer, by its id. Null for all consumers without limits of their own. */
interface Of {
  consumer: string | null
}

/** The limits of the end customers of a project. */
export function ConsumerLimitsCard({ project, each, limited }: ConsumerLimitsCardProps) {
  const parts: Part<Of>[] = [
    ...(each ? [{ name: 'Every other consumer', limits: each, of: { consumer: null } }] : []),
    ...(limited ?? []).map((part) => ({
      ...part,
      name: part.consumer,
      // A hash is not the id of a consumer.
      of: part.consumer.startsWith('sha256:') ? null : { consumer: part.consumer },
    })),
  ]
  return (
    <PartsCard
      title="Limits of consumers"
      note="For requests that name an end customer of yours. A consumer’s own limits replace those of “Every other consumer”."
      noun="Consumer"
      parts={parts}
      canSet={project.canSetLimits}
      add="Limit a consumer"
      fields={
        <TextField
          label="Consumer"
          name="consumer"
          required
          maxLength={128}
          hint="The id that gateways send, such as customer-42."
        />
      }
      read={(values): Of => ({ consumer: textOf(values, 'consumer') })}
      set={({ consumer }, limits) => keyward.projects.setConsumerLimits({ projectId: project.id, consumer, ...limits })}
    />
  )
}
