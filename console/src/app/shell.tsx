import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { SecondFactorRequired } from '../account/second-factor-required.tsx'
import { instanceHealthQuery } from '../instance/queries.ts'
import { IconButton } from '../ui/button.tsx'
import { Loading } from '../ui/feedback.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { addressOf } from './address.ts'
import { signOut } from './auth.ts'
import icon from './icon.svg'
import { INSTANCE } from './instance.ts'
import { useLiveChanges } from './live.ts'
import { type Organization, type Session, useOrganization, useSession } from './session.ts'
import classes from './shell.module.css'

const OfferNote = lazy(async () => ({ default: (await import('../ownership/offer-note.tsx')).OfferNote }))

/** The pages of an organization. Pages that the server does not permit are not listed. */
const entriesOf = (organization: Organization) =>
  (
    [
      { to: '/o/$organizationId/keys', label: 'API keys', icon: 'key', shown: true },
      { to: '/o/$organizationId/projects', label: 'Projects', icon: 'folder', shown: true },
      { to: '/o/$organizationId/costs', label: 'Costs', icon: 'chart', shown: organization.canReadCosts },
      { to: '/o/$organizationId/playground', label: 'Playground', icon: 'play', shown: organization.canUsePlayground },
      { to: '/o/$organizationId/members', label: 'Members', icon: 'users', shown: organization.canListMembers },
      {
        to: '/o/$organizationId/service-accounts',
        label: 'Service accounts',
        icon: 'bot',
        shown: organization.canListServiceAccounts,
      },
      { to: '/o/$organizationId/webhooks', label: 'Webhooks', icon: 'send', shown: organization.canListWebhooks },
      { to: '/o/$organizationId/audit', label: 'Audit log', icon: 'log', shown: organization.canReadAudit },
      { to: '/o/$organizationId/settings', label: 'Settings', icon: 'settings', shown: organization.canUpdate },
    ] as const
  ).filter(({ shown }) => shown)

const NAMED_PROJECTS = 8

function OrganizationNav({ organization }: { organization: Organization }) {
  const params = { organizationId: organization.id }
  const projects = organization.projects.filter((project) => project.canListKeys && !project.archivedAt)
  return (
    <>
      <nav className={classes.nav} aria-label="Organization">
        {entriesOf(organization).map(({ to, label, icon: name }) => (
          <Link
            key={to}
            to={to}
            params={params}
            activeOptions={{ exact: to.endsWith('/projects'), includeSearch: false }}
          >
            <Icon name={name} />
            <span>{label}</span>
          </Link>
        ))}
      </nav>
      {projects.length > 0 && (
        <nav className={classes.nav} aria-label="Projects">
          <p className={classes.heading}>Projects</p>
          {projects.slice(0, NAMED_PROJECTS).map((project) => (
            <Link
              key={project.id}
              to="/o/$organizationId/projects/$projectId"
              params={{ ...params, projectId: project.id }}
              activeOptions={{ includeSearch: false }}
            >
              <Icon name="folder" />
              <span dir="auto">{project.name}</span>
            </Link>
          ))}
          {projects.length > NAMED_PROJECTS && (
            <Link to="/o/$organizationId/projects" params={params} activeOptions={{ exact: true }}>
              <Icon name="dots" />
              <span>All {projects.length} projects</span>
            </Link>
          )}
        </nav>
      )}
    </>
  )
}

function OrganizationSwitch({ session, organization }: { session: Session; organization: Organization | null }) {
  const navigate = useNavigate()
  const entries: MenuEntry[] = [
    ...session.organizations.map((one) => ({
      label: one.name,
      ...(one.id === organization?.id ? { icon: 'check' as const } : {}),
      run: () => void navigate({ to: '/o/$organizationId/keys', params: { organizationId: one.id } }),
    })),
    'separator',
    { label: 'New organization', icon: 'plus', run: () => void navigate({ to: '/welcome' }) },
  ]
  return (
    <Menu
      align="start"
      entries={entries}
      trigger={
        <button type="button" className={classes.switch}>
          <img className={classes.logo} src={icon} alt="" />
          <span dir="auto">{organization?.name ?? 'Keyward'}</span>
          <Icon name="down" />
        </button>
      }
    />
  )
}

/** The ids of the page, as GraphiQL reads them. They are in the fragment, which is never sent to a server. */
function fragmentOf({ organizationId, projectId, keyId }: Record<string, string | undefined>): string {
  const ids = { organization: organizationId, project: projectId, key: keyId }
  const given = Object.entries(ids).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length > 0 ? `#${new URLSearchParams(given)}` : ''
}

function Person({ user }: { user: Session['user'] }) {
  const navigate = useNavigate()
  const params = useParams({ strict: false })
  const { data: health } = useQuery({
    ...instanceHealthQuery,
    enabled: INSTANCE.hasOperators,
    // The result only decides whether to show the link, so it is never refetched.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const entries: MenuEntry[] = [
    { label: 'Account', icon: 'person', run: () => void navigate({ to: '/account' }) },
    ...(health
      ? [{ label: 'Instance health', icon: 'chart', run: () => void navigate({ to: '/instance' }) } as const]
      : []),
    { label: 'Open GraphiQL', icon: 'code', run: () => location.assign(addressOf(`/graphql${fragmentOf(params)}`)) },
    'separator',
    { label: 'Sign out', icon: 'exit', run: () => void signOut() },
  ]
  return (
    <Menu
      align="start"
      entries={entries}
      trigger={
        <button type="button" className={classes.who}>
          <span className={classes.initial} aria-hidden="true">
            {[...user.name][0]?.toUpperCase()}
          </span>
          <span>
            <strong dir="auto">{user.name}</strong>
            <small>{user.email}</small>
          </span>
        </button>
      }
    />
  )
}

/** Frame of every page for signed-in people. */
function Frame({ organization }: { organization: Organization | null }) {
  const session = useSession()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [openAt, setOpenAt] = useState<string | null>(null)
  const isOpen = openAt === path
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <header className={classes.top}>
        <IconButton
          icon={isOpen ? 'close' : 'menu'}
          label={isOpen ? 'Close navigation' : 'Open navigation'}
          aria-expanded={isOpen}
          aria-controls="side"
          onClick={() => setOpenAt(isOpen ? null : path)}
        />
        <strong dir="auto">{organization?.name ?? 'Keyward'}</strong>
      </header>
      <div id="side" className={classes.side} data-open={isOpen}>
        <OrganizationSwitch session={session} organization={organization} />
        {organization && <OrganizationNav organization={organization} />}
        <div className={classes.foot}>
          <Person user={session.user} />
        </div>
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        <SecondFactorRequired />
        {organization?.ownershipOffer && (
          <Suspense fallback={null}>
            <OfferNote organization={organization} offer={organization.ownershipOffer} />
          </Suspense>
        )}
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  )
}

/** The frame of the pages of an organization. */
export function OrganizationFrame() {
  const organization = useOrganization()
  useLiveChanges()
  return <Frame organization={organization} />
}

/** The frame of pages outside of organizations. */
export const PersonFrame = () => <Frame organization={null} />
