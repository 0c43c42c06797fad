import { type ReactNode, useEffect } from 'react'
import icon from '../app/icon.svg'
import classes from './gate.module.css'

interface GateProps {
  title: string
  lead: ReactNode
  children: ReactNode
  foot?: ReactNode
}

/** The frame of pages outside of the console: one card in the middle. */
export function Gate({ title, lead, children, foot }: GateProps) {
  useEffect(() => {
    document.title = title === 'Keyward' ? title : `${title} · Keyward`
  }, [title])
  return (
    <main className={classes.gate}>
      <header className={classes.brand}>
        <img src={icon} alt="" width="44" height="44" />
        <h1 dir="auto">{title}</h1>
        <p>{lead}</p>
      </header>
      <div className={classes.card}>{children}</div>
      {foot && <div className={classes.foot}>{foot}</div>}
    </main>
  )
}
