import { Fragment } from 'react'
import { detailsOf } from './words.ts'

/** The details of an event in one line. Values keep their direction of writing to themselves. */
export const Details = ({ details }: { details: readonly { name: string; value?: string | null }[] }) =>
  detailsOf(details).map(({ name, value }, index) => (
    <Fragment key={name}>
      {index > 0 && ' · '}
      {name}: <bdi>{value}</bdi>
    </Fragment>
  ))
