import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Organization, Project } from '../app/session.ts'
import { Badge, type Tone } from '../ui/feedback.tsx'
import { count, exact } from '../ui/money.ts'
import { ChatDenied } from './chat.ts'
import { type Choice, costOf } from './cost.ts'
import { Denial } from './denial.tsx'
import classes from './playground.module.css'
import type { Run } from './use-chat.ts'

interface AnswerProps {
  run: Run | null
  organization: Organization
  /** The project and the model of the request. */
  project: Project | undefined
  choice: Choice | undefined
  isOtherOrigin: boolean
}

const STATES: Record<Run['state'], { label: string; tone?: Tone }> = {
  SENDING: { label: 'Sending…' },
  STREAMING: { label: 'Answering…' },
  DONE: { label: 'Complete', tone: 'good' },
  STOPPED: { label: 'Stopped', tone: 'warn' },
  FAILED: { label: 'Failed', tone: 'bad' },
}

function stateOf({ state, end, error }: Run): { label: string; tone?: Tone } {
  if (state === 'DONE' && end) {
    if (end.reason === 'length') return { label: `${end.status} · Maximum of tokens reached`, tone: 'warn' }
    return end.reason === null
      ? { label: `${end.status} · Cut off`, tone: 'warn' }
      : { label: `${end.status} · Complete`, tone: 'good' }
  }
  if (state === 'FAILED' && error instanceof ChatDenied)
    return { label: error.code ? `${error.status} · ${error.code}` : String(error.status), tone: 'bad' }
  return STATES[state]
}

const seconds = (milliseconds: number | null): string =>
  milliseconds === null ? '–' : `${(milliseconds / 1_000).toFixed(2)} s`

function Figures({ run, choice }: { run: Run; choice: Choice | undefined }) {
  const usage = run.end?.usage ?? null
  const cost = usage && choice ? costOf(choice, usage) : null
  const rows: [string, ReactNode][] = [
    ['First token', seconds(run.firstTokenMs)],
    ['Total time', seconds(run.totalMs)],
    ['Input', usage ? `${count(usage.input)} tokens` : '–'],
    ['Output', usage ? `${count(usage.output)} tokens` : '–'],
    ['Cost', cost === null ? '–' : exact(cost)],
  ]
  return (
    <dl className={classes.figures}>
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Payer({ organization, project }: { organization: Organization; project: Project }) {
  const params = { organizationId: organization.id, projectId: project.id }
  return (
    <p className={classes.payer}>
      Paid by <bdi>{project.name}</bdi>.{' '}
      {project.canReadCosts && (
        <Link to="/o/$organizationId/projects/$projectId/costs" params={params}>
          Costs of the project
        </Link>
      )}
    </p>
  )
}

/** The answer to the last request, with its figures. */
export function Answer({ run, organization, project, choice, isOtherOrigin }: AnswerProps) {
  const { label, tone } = run ? stateOf(run) : { label: null, tone: undefined }
  const isRunning = run?.state === 'SENDING' || run?.state === 'STREAMING'
  const section = useRef<HTMLElement>(null)
  // On a phone, the answer is below the form.
  useEffect(() => {
    if (isRunning) section.current?.scrollIntoView({ block: 'nearest' })
  }, [isRunning])
  return (
    <section ref={section} className={classes.answer} aria-label="Answer">
      <div className={classes.answerHead} role="status">
        {run && (
          <>
            <Badge tone={tone}>{label}</Badge>
            <span className={classes.slug}>{run.model}</span>
          </>
        )}
      </div>
      {run === null ? (
        <p className={classes.none}>The answer appears here, with its time, tokens and cost.</p>
      ) : (
        <div className={classes.text} aria-busy={isRunning}>
          {run.text && <p dir="auto">{run.text}</p>}
          {run.state === 'STOPPED' && (
            <p className={classes.hint}>Stopped. The tokens that were generated until then are charged.</p>
          )}
          {run.state === 'FAILED' && project && (
            <Denial error={run.error} {...{ organization, project, isOtherOrigin }} />
          )}
        </div>
      )}
      {run && run.state !== 'FAILED' && (
        <>
          <Figures run={run} choice={choice} />
          {project && <Payer organization={organization} project={project} />}
        </>
      )}
    </section>
  )
}
