import { keyward } from '../app/api.ts'
import type { Organization } from '../app/session.ts'
import type { OrganizationSettingsQuery } from '../generated/graphql.ts'
import { FieldRow, TextField, textOf } from '../ui/field.tsx'
import { PartsCard } from './parts-card.tsx'

interface TagLimitsCardProps {
  organization: Organization
  limited: NonNullable<OrganizationSettingsQuery['organization']>['tagLimits']
}

/** The limits that all keys with a tag share. */
export function TagLimitsCard({ organization, limited }: TagLimitsCardProps) {
  return (
    <PartsCard
      title="Limits of tags"
      note="All keys with the tag share its limits across projects, for example the budget of a team."
      noun="Tag"
      parts={(limited ?? []).map(({ key, value, ...part }) => ({
        ...part,
        name: `${key}=${value}`,
        of: { key, value },
      }))}
      canSet={organization.canSetLimits}
      add="Limit a tag"
      fields={
        <FieldRow>
          <TextField label="Tag" name="tagKey" required maxLength={64} placeholder="team" />
          <TextField label="Value" name="tagValue" required maxLength={256} placeholder="search" />
        </FieldRow>
      }
      read={(values) => ({ key: textOf(values, 'tagKey').trim(), value: textOf(values, 'tagValue').trim() })}
      set={(tag, limits) => keyward.organizations.setTagLimits({ organizationId: organization.id, tag, ...limits })}
    />
  )
}
