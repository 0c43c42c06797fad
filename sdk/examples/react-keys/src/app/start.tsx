import { type ComponentType, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Connection } from './keys.ts'
import { type Project, projectsOf } from './projects.ts'
import { signOut } from './session.ts'
import { type SignedIn, SignIn } from './sign-in.tsx'

const CLIENTS = [
  ['tanstack', 'TanStack Query'],
  ['apollo', 'Apollo Client'],
  ['urql', 'urql'],
  ['relay', 'Relay'],
] as const

/** Shows the page of one client, once a person has signed in and chosen a project. */
export function start(Client: ComponentType<Connection>): void {
  const root = document.getElementById('root')
  if (root) createRoot(root).render(<Page Client={Client} />)
}

function Page({ Client }: { Client: ComponentType<Connection> }) {
  const [session, setSession] = useState<SignedIn | null>(null)
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
      {session ? <Projects Client={Client} session={session} /> : <SignIn onSignedIn={setSession} />}
    </main>
  )
}

/** Loads the page anew, so that no cache of a client keeps what the person saw. */
const forget = () => location.reload()

/** The keys of the project that the person chooses. The session stays in memory and ends with the page. */
function Projects({ Client, session: { baseUrl, token } }: { Client: ComponentType<Connection>; session: SignedIn }) {
  const [projects, setProjects] = useState<Project[]>([])
  const [projectId, setProjectId] = useState('')
  const [failure, setFailure] = useState<Error | null>(null)

  useEffect(() => {
    projectsOf(baseUrl, token).then(setProjects, setFailure)
  }, [baseUrl, token])

  return (
    <>
      <div className="session">
        <label>
          Project
          <select value={projectId} onChange={(event) => setProjectId(event.currentTarget.value)}>
            <option value="" disabled>
              Choose a project
            </option>
            {projects.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => signOut(baseUrl, token).then(forget, setFailure)}>
          Sign out
        </button>
      </div>
      {failure && (
        <p role="alert" className="failure">
          {failure.message}
        </p>
      )}
      {projectId !== '' && <Client key={projectId} baseUrl={baseUrl} token={token} projectId={projectId} />}
    </>
  )
}
