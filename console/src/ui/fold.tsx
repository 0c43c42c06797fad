import type { ReactNode } from 'react'
import classes from './fold.module.css'

interface FoldProps {
  summary: string
  /** Whether it is initially open. */
  open?: boolean
  children: ReactNode
}

/** Fields that few people need, initially hidden. */
export const Fold = ({ summary, open, children }: FoldProps) => (
  <details className={classes.fold} open={open || undefined}>
    <summary>{summary}</summary>
    <div>{children}</div>
  </details>
)
