import { keyward } from '../app/api.ts'
import { TextField, textOf } from '../ui/field.tsx'
import { SettingCard } from '../ui/setting-card.tsx'
import { ownZone } from '../ui/time.tsx'

interface TimeZoneCardProps {
  organizationId: string
  timeZone: string
}

/** Sets the time zone of budgets and of the days on the costs page. */
export function TimeZoneCard({ organizationId, timeZone }: TimeZoneCardProps) {
  const names = [...new Set([timeZone, 'UTC', ownZone(), ...Intl.supportedValuesOf('timeZone')])]
  return (
    <SettingCard
      title="Time zone"
      note="Budgets and the costs page follow its days, weeks and months. Current budget periods keep their end."
      done="Time zone saved."
      save={(values) => keyward.organizations.update({ id: organizationId, timeZone: textOf(values, 'timeZone') })}
    >
      <TextField
        name="timeZone"
        label="Time zone"
        defaultValue={timeZone}
        list="time-zones"
        maxLength={64}
        required
        hint="A name such as Asia/Kolkata. If its days begin at a half or quarter hour of UTC, costs by day are exact from the next hour on."
      />
      <datalist id="time-zones">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </SettingCard>
  )
}
