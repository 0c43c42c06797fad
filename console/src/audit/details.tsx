import { Fragment } from 'react'
import { useOrganization } from '../app/session.ts'
import { detailsOf } from './words.ts'

/** The details of an event in one line. Each value keeps its own direction of writing. */
export function Details({ details }: { details: readonly { name: string; value?: string | null }[] }) {
  const { projects } = useOrganization()
  const named = detailsOf(details, new Map(projects.map(({ id, name }) => [id, name])))
  return named.map(({ name, value }, index) => (
    <Fragment key={name}>
      {index > 0 && ' · '}
      {name}: <bdi>{value}</bdi>
    </Fragment>
  ))
}
