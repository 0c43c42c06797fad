import { type ComponentType, type FormEvent, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Connection } from './keys.ts'

const CLIENTS = [
  ['tanstack', 'TanStack Query'],
  ['apollo', 'Apollo Client'],
  ['urql', 'urql'],
  ['relay', 'Relay'],
] as const

/** Shows the page of one client, once the person has said which project. */
export function start(Client: ComponentType<Connection>): void {
  const root = document.getElementById('root')
  if (root) createRoot(root).render(<Page Client={Client} />)
}

function Page({ Client }: { Client: ComponentType<Connection> }) {
  const [connection, setConnection] = useState<Connection | null>(null)
  return (
    <main>
      <h1>API keys</h1>
      <nav aria-label="Clients">
        {CLIENTS.map(([path, title]) => (
          <a
            key={path}
            href={`./${path}.html`}
            aria-current={location.pathname.endsWith(`/${path}.html`) ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      {connection ? <Client {...connection} /> : <Connect onConnect={setConnection} />}
    </main>
  )
}

/** Stands in for the sign-in of your application. The session stays in memory and ends with the page. */
function Connect({ onConnect }: { onConnect: (connection: Connection) => void }) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const [baseUrl, token, projectId] = ['baseUrl', 'token', 'projectId'].map((name) => String(fields.get(name)).trim())
    if (baseUrl && token && projectId) onConnect({ baseUrl, token, projectId })
  }
  return (
    <form className="connect" onSubmit={submit}>
      <label>
        Server
        <input name="baseUrl" type="url" required defaultValue="http://127.0.0.1:4000" />
      </label>
      <label>
        Session token
        <input name="token" type="password" required autoComplete="off" />
      </label>
      <label>
        Project id
        <input name="projectId" required placeholder="prj_…" autoComplete="off" />
      </label>
      <button type="submit" className="primary">
        Show keys
      </button>
    </form>
  )
}
