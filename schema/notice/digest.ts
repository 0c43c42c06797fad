import type { Notice } from '@keyward/prisma/generated/prisma/client'
import { encodeId } from '../core/ids.ts'
import { quoted } from '../core/quoted.ts'

/** Maximum number of notices of one section that a mail lists. */
const LISTED = 20

/** A notice with the names of its organization and project. */
export interface ToldNotice extends Notice {
  organization: { name: string }
  project: { name: string } | null
}

/** A kind of notice in a mail, in the order of sections. */
interface Section {
  actions: readonly string[]
  title: string
  /** The number of these notices, for the subject. */
  count: (notices: number) => string
  line: (notice: ToldNotice, details: Details) => string
}

type Details = Readonly<Record<string, unknown>>

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** A time of the details, as `2027-01-31 12:00 UTC`. */
const time = (value: unknown): string =>
  typeof value === 'string' ? `${value.slice(0, 16).replace('T', ' ')} UTC` : 'an unknown time'

const SECTIONS: readonly Section[] = [
  {
    actions: ['apiKey.expiresSoon'],
    title: 'Keys that expire soon',
    count: (keys) => plural(keys, 'key expires soon', 'keys expire soon'),
    line: (_notice, { expiresAt }) => `expires at ${time(expiresAt)}`,
  },
  {
    actions: ['apiKey.denialsJumped'],
    title: 'Keys that are denied far more often than usual',
    count: (keys) => plural(keys, 'key with many denials', 'keys with many denials'),
    line: (_notice, { hour, denials, usualDenials, reasons }) =>
      `${denials} denied requests in the hour from ${time(hour)} (usually ${usualDenials}), ${Array.isArray(reasons) ? reasons.join(', ') : ''}`,
  },
  {
    actions: ['budget.alerted'],
    title: 'Budgets',
    count: (budgets) => plural(budgets, 'budget alert', 'budget alerts'),
    line: (_notice, { spent, budget, period, percent }) =>
      `spent ${spent} of ${budget} US dollars (${percent}%, budget by ${String(period).toLowerCase()})`,
  },
  {
    actions: ['webhook.failing'],
    title: 'Webhooks that fail',
    count: (webhooks) => plural(webhooks, 'webhook fails', 'webhooks fail'),
    line: (_notice, { reason }) => `could not deliver a message: ${quoted(String(reason))}`,
  },
  {
    actions: ['apiKey.rotationDue'],
    title: 'Keys to rotate',
    count: (keys) => plural(keys, 'key to rotate', 'keys to rotate'),
    line: (_notice, { dueAt }) => `must have a new secret by ${time(dueAt)}`,
  },
  {
    actions: ['apiKey.rotationSafeToFinish'],
    title: 'Rotations that can be finished',
    count: (keys) => plural(keys, 'rotation can be finished', 'rotations can be finished'),
    line: (_notice, { previousRetiresAt }) =>
      `only the new secret is in use; the old one works until ${time(previousRetiresAt)}`,
  },
  {
    actions: ['apiKey.creatorLeft'],
    title: 'Keys whose creator has left',
    count: (keys) => plural(keys, 'key whose creator has left', 'keys whose creators have left'),
    line: (_notice, { leftAt }) => `its creator left at ${time(leftAt)}`,
  },
  {
    actions: ['apiKey.unused'],
    title: 'Unused keys',
    count: (keys) => plural(keys, 'unused key', 'unused keys'),
    line: (_notice, { lastUsedAt, createdAt }) =>
      lastUsedAt === null ? `never used since ${time(createdAt)}` : `last used at ${time(lastUsedAt)}`,
  },
]

/** The actions that a mail of notices lists. */
export const NOTICED_ACTIONS: readonly string[] = SECTIONS.flatMap(({ actions }) => actions)

/** The page of the console for acting on a notice. */
function addressOf(publicUrl: string, { targetType, targetId, organizationId, projectId }: ToldNotice): string {
  const organization = `${publicUrl}/o/${encodeId('Organization', organizationId)}`
  if (targetType === 'Webhook') return `${organization}/webhooks/${encodeId('Webhook', targetId)}`
  if (projectId === null) return `${organization}/settings`
  const project = `${organization}/projects/${encodeId('Project', projectId)}`
  return targetType === 'ApiKey' ? `${project}/keys/${encodeId('ApiKey', targetId)}` : `${project}/settings`
}

const placeOf = ({ organization, project, targetType }: ToldNotice): string =>
  project && targetType === 'ApiKey'
    ? `in the project ${quoted(project.name)} of ${quoted(organization.name)}`
    : `of ${quoted(organization.name)}`

/** Composes the mail of a person's notices, which are the newest first. */
export function composeDigest(
  publicUrl: string,
  stopUrl: string,
  notices: readonly ToldNotice[],
): { subject: string; text: string } {
  const sections = SECTIONS.flatMap((section) => {
    const told = notices.filter(({ action }) => section.actions.includes(action))
    return told.length === 0 ? [] : [{ ...section, told }]
  })
  const paragraphs = sections.map(({ title, line, told }) => {
    const lines = told.slice(0, LISTED).map((notice) => {
      const details = notice.details !== null && typeof notice.details === 'object' ? notice.details : {}
      const text = `${quoted(notice.targetName)} ${placeOf(notice)}: ${line(notice, details as Details)}`
      return `- ${text}\n  ${addressOf(publicUrl, notice)}`
    })
    const rest = told.length > LISTED ? [`- and ${told.length - LISTED} more, which the audit log lists`] : []
    return `${title}\n\n${[...lines, ...rest].join('\n')}`
  })
  const footer = [
    `Keyward at ${publicUrl} sends this mail at most once a day, to people who can act on it. The names in quotes were entered by users.`,
    `To stop these mails: ${stopUrl}`,
  ]
  return {
    subject: `Keyward: ${sections.map(({ count, told }) => count(told.length)).join(', ')}`,
    text: `${[...paragraphs, footer.join('\n')].join('\n\n')}\n`,
  }
}
