import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type Ref, useState } from 'react'
import { keyward } from '../app/api.ts'
import { CHAT_URL } from '../app/inference.ts'
import type { Organization, Project } from '../app/session.ts'
import { PlaygroundChoicesDocument, PlaygroundLimitsDocument } from '../generated/graphql.ts'
import { LimitMeters } from '../limits/meters.tsx'
import { Button } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { Empty, Failed, Loading, Note } from '../ui/feedback.tsx'
import { FieldRow, Form, SelectField, TextArea, TextField } from '../ui/field.tsx'
import { Card, layout } from '../ui/layout.tsx'
import { Answer } from './answer.tsx'
import { bodyOf } from './chat.ts'
import { type Choice, writesText } from './cost.ts'
import { curlOf } from './curl.ts'
import { NoEndpoint } from './no-endpoint.tsx'
import classes from './playground.module.css'
import { useChat } from './use-chat.ts'

const DEFAULT_TOKENS = 256
/** Maximum number of pages of the catalogue that are offered. */
const MAX_PAGES = 10

const readPage = async (after: string | null, signal: AbortSignal) =>
  (await keyward.request(PlaygroundChoicesDocument, { after }, { signal })).viewer.playground?.models

async function readCatalogue(signal: AbortSignal): Promise<Choice[]> {
  const models: Choice[] = []
  let after: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const read: Awaited<ReturnType<typeof readPage>> = await readPage(after, signal)
    if (!read) break
    models.push(...read.nodes.map(({ model }) => model))
    after = read.pageInfo.endCursor ?? null
    if (!read.pageInfo.hasNextPage) break
  }
  return models
}

/** The models that can answer in an organization. */
function useChoices(organization: Organization) {
  return useQuery({
    queryKey: ['playground', 'choices', organization.id],
    queryFn: async ({ signal }) => {
      const own = new Set(organization.projects.filter(({ canUse }) => canUse).map(({ id }) => id))
      const models = await readCatalogue(signal)
      return models.filter((model) => writesText(model) && (model.project === null || own.has(model.project.id)))
    },
  })
}

/** The limits to which a project's requests are charged. */
function ProjectLimits({ project }: { project: Project }) {
  const { data } = useQuery({
    queryKey: ['playground', 'limits', project.id],
    queryFn: async ({ signal }) =>
      (await keyward.request(PlaygroundLimitsDocument, { projectId: project.id }, { signal })).project,
    enabled: project.canReadLimits,
  })
  const isLimited = data?.budgetStatus?.length || data?.rateStatus?.length || data?.concurrencyStatus
  if (!data || !isLimited) return null
  return (
    <div className={classes.limits}>
      <p className={layout.soft}>
        Limits of <bdi>{project.name}</bdi>
      </p>
      <LimitMeters {...data} />
    </div>
  )
}

interface TryProps {
  organization: Organization
  /** The choice in the address. */
  chosen: { project?: string | undefined; model?: string | undefined }
  choose: (chosen: { project?: string; model?: string }) => void
  /** The field of the message. */
  messageRef: Ref<HTMLTextAreaElement>
}

/** Sends requests to the inference endpoint of the instance, if it has one. */
export function TryCard(props: TryProps) {
  if (CHAT_URL === null) {
    return (
      <Card flush>
        <NoEndpoint />
      </Card>
    )
  }
  return <Try {...props} url={CHAT_URL} />
}

function Try({ organization, chosen, choose, messageRef, url }: TryProps & { url: string }) {
  const { data: choices, error, refetch } = useChoices(organization)
  const projects = organization.projects.filter(({ archivedAt, canUse }) => canUse && !archivedAt)
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (!choices) return <Loading rows={4} />
  const project = projects.find(({ id }) => id === chosen.project) ?? projects.find(isDefault) ?? projects[0]
  const choice = choices.find(({ slug }) => slug === chosen.model) ?? choices[0]
  if (!project || !choice) {
    return (
      <Card flush>
        <Empty icon="play" title={project ? 'No model that writes text' : 'No project'}>
          {project
            ? 'You can send requests once the operator of the instance has added such a model.'
            : 'You can send requests once you may use a project of this organization.'}
        </Empty>
      </Card>
    )
  }
  return <TryForm {...{ organization, projects, choices, project, choice, choose, messageRef, url }} />
}

const isDefault = (project: Project): boolean => project.isDefault

interface TryFormProps extends Pick<TryProps, 'organization' | 'choose' | 'messageRef'> {
  projects: readonly Project[]
  choices: readonly Choice[]
  project: Project
  choice: Choice
  url: string
}

function TryForm({ organization, projects, choices, project, choice, choose, messageRef, url }: TryFormProps) {
  const [message, setMessage] = useState('')
  const [maxTokens, setMaxTokens] = useState(String(DEFAULT_TOKENS))
  const { run, send, stop } = useChat()
  const isRunning = run?.state === 'SENDING' || run?.state === 'STREAMING'
  const body = bodyOf(choice.slug, message, Number(maxTokens) || DEFAULT_TOKENS)
  const sendNow = () => send({ url, organizationId: organization.id, projectId: project.id, body })
  const sendByKeys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isRunning) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }
  return (
    <Card title="Send a request" note="It carries a token of yours that expires by itself. You need no API key.">
      {organization.pausedAt && <Note tone="warn">The organization is paused, so its requests are denied.</Note>}
      {project.pausedAt && <Note tone="warn">This project is paused, so its requests are denied.</Note>}
      <div className={classes.split}>
        <Form onSend={sendNow}>
          <SelectField
            label="Project"
            hint="Pays for the request. Its limits apply."
            value={project.id}
            onChange={(event) => choose({ project: event.currentTarget.value })}
          >
            {projects.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <FieldRow>
            <SelectField
              label="Model"
              value={choice.slug}
              onChange={(event) => choose({ model: event.currentTarget.value })}
            >
              {choices.map(({ slug, displayName }) => (
                <option key={slug} value={slug}>
                  {displayName}
                </option>
              ))}
            </SelectField>
            <TextField
              label="Maximum output tokens"
              type="number"
              inputMode="numeric"
              min={1}
              step={1}
              required
              value={maxTokens}
              onChange={(event) => setMaxTokens(event.currentTarget.value)}
            />
          </FieldRow>
          <TextArea
            label="Message"
            rows={5}
            ref={messageRef}
            onKeyDown={sendByKeys}
            required
            maxLength={16_384}
            placeholder="Write a message to the model"
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
          <div className={classes.actions}>
            <Button kind="primary" icon="send" type="submit" busy={isRunning}>
              Send
            </Button>
            {isRunning && (
              <Button icon="close" onClick={stop}>
                Stop
              </Button>
            )}
            <Copy text={curlOf(url, body)} label="Copy as curl" />
          </div>
          <ProjectLimits project={project} />
        </Form>
        <Answer
          run={run}
          organization={organization}
          project={projects.find(({ id }) => id === run?.projectId)}
          choice={choices.find(({ slug }) => slug === run?.model)}
          isOtherOrigin={new URL(url).origin !== location.origin}
        />
      </div>
    </Card>
  )
}
