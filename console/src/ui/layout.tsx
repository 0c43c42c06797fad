import { type ComponentProps, type ReactNode, useEffect } from 'react'
import classes from './layout.module.css'

export { classes as layout }

interface PageProps {
  title: string
  lead?: ReactNode
  crumb?: ReactNode
  badges?: ReactNode
  actions?: ReactNode
  tabs?: ReactNode
  narrow?: boolean
  children: ReactNode
}

/** A page with its heading, which is also the title of the browser tab. */
export function Page({ title, lead, crumb, badges, actions, tabs, narrow, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Keyward`
  }, [title])
  return (
    <div className={[classes.page, narrow && classes.narrow].filter(Boolean).join(' ')}>
      <header className={classes.head}>
        <div className={classes.titles}>
          {crumb && <div className={classes.crumb}>{crumb}</div>}
          <div className={classes.titleRow}>
            <h1 dir="auto">{title}</h1>
            {badges}
          </div>
          {lead && <p className={classes.lead}>{lead}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {tabs}
      {children}
    </div>
  )
}

interface CardProps {
  title?: string
  note?: ReactNode
  action?: ReactNode
  flush?: boolean
  children: ReactNode
}

/** A titled section of a page. With `flush`, a table extends to its edges. */
export function Card({ title, note, action, flush, children }: CardProps) {
  return (
    <section className={classes.card} aria-label={title}>
      {(title || action) && (
        <div className={classes.cardHead}>
          <div>
            {title && <h2>{title}</h2>}
            {note && <p>{note}</p>}
          </div>
          {action}
        </div>
      )}
      {flush ? title ? <div className={classes.cardFlush}>{children}</div> : children : null}
      {!flush && <div className={classes.cardBody}>{children}</div>}
    </section>
  )
}

/** A table that scrolls sideways if it is too wide. */
export function Table({ label, children, ...rest }: ComponentProps<'table'> & { label: string }) {
  return (
    <div className={classes.tableWrap}>
      <table {...rest} className={classes.table} aria-label={label}>
        {children}
      </table>
    </div>
  )
}

export const Facts = ({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) => (
  <dl className={classes.facts}>
    {rows.map(([term, value]) => (
      <FactRow key={term} term={term} value={value} />
    ))}
  </dl>
)

const FactRow = ({ term, value }: { term: string; value: ReactNode }) => (
  <>
    <dt>{term}</dt>
    <dd>{value}</dd>
  </>
)
