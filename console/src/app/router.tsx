import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
  useRouter,
} from '@tanstack/react-router'
import { keysSearch } from '../keys/search.ts'
import { KeysPage } from '../routes/keys.tsx'
import { Empty, Failed, Loading } from '../ui/feedback.tsx'
import { addressOf } from './address.ts'
import { queries } from './api.ts'
import { loadAtPlayground } from './inference.ts'
import { accountSearch, auditSearch, costsSearch, deliveriesSearch, signInSearch, textSearch } from './search.ts'
import { organizationQuery, sessionQuery } from './session.ts'
import { OrganizationFrame, PersonFrame } from './shell.tsx'

function Trouble({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void queries.resetQueries()
    void router.invalidate()
  }
  return <Failed error={error} retry={retry} />
}

const Missing = () => (
  <Empty icon="search" title="This page does not exist">
    The address may be mistyped, or the page belongs to something that you may not see.{' '}
    <Link to="/">Go to your keys</Link>
  </Empty>
)

const root = createRootRoute({ component: Outlet, errorComponent: Trouble, notFoundComponent: Missing })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: signInSearch,
  beforeLoad: async ({ search }) => {
    const session = await queries.ensureQueryData(sessionQuery)
    if (!session) throw redirect({ to: '/sign-in', search, replace: true })
    if (search.next === 'graphiql') {
      location.assign(addressOf('/graphql'))
      return
    }
    const [first] = session.organizations
    if (!first) throw redirect({ to: '/welcome', replace: true })
    throw redirect({ to: '/o/$organizationId/keys', params: { organizationId: first.id }, replace: true })
  },
  component: Loading,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('../routes/sign-in.tsx'), 'SignInPage'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: 'forgot-password',
  component: lazyRouteComponent(() => import('../routes/links.tsx'), 'ForgotPasswordPage'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: 'reset-password',
  component: lazyRouteComponent(() => import('../routes/links.tsx'), 'ResetPasswordPage'),
})

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: 'verify-email',
  component: lazyRouteComponent(() => import('../routes/links.tsx'), 'VerifyEmailPage'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: 'invitations/accept',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('../routes/accept-invitation.tsx'), 'AcceptInvitationPage'),
})

/** Pages that require a signed-in person. Other visitors sign in first, and then return to the page. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location: { href } }) => {
    const session = await queries.ensureQueryData(sessionQuery)
    if (!session) throw redirect({ to: '/sign-in', search: { next: href }, replace: true })
  },
})

const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: 'welcome',
  component: lazyRouteComponent(() => import('../routes/welcome.tsx'), 'WelcomePage'),
})

const device = createRoute({
  getParentRoute: () => signedIn,
  path: 'device',
  validateSearch: textSearch('user_code'),
  component: lazyRouteComponent(() => import('../routes/device.tsx'), 'DevicePage'),
})

const person = createRoute({ getParentRoute: () => signedIn, id: 'person', component: PersonFrame })

const account = createRoute({
  getParentRoute: () => person,
  path: 'account',
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => import('../routes/account.tsx'), 'AccountPage'),
})

const instance = createRoute({
  getParentRoute: () => person,
  path: 'instance',
  component: lazyRouteComponent(() => import('../routes/instance.tsx'), 'InstancePage'),
})

const organization = createRoute({
  getParentRoute: () => signedIn,
  path: 'o/$organizationId',
  loader: ({ params }) => queries.ensureQueryData(organizationQuery(params.organizationId)),
  pendingComponent: Loading,
  component: OrganizationFrame,
})

const organizationHome = createRoute({
  getParentRoute: () => organization,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/o/$organizationId/keys', params, replace: true })
  },
})

const keys = createRoute({
  getParentRoute: () => organization,
  path: 'keys',
  validateSearch: keysSearch,
  component: KeysPage,
})

const projects = createRoute({
  getParentRoute: () => organization,
  path: 'projects',
  component: lazyRouteComponent(() => import('../routes/projects.tsx'), 'ProjectsPage'),
})

const members = createRoute({
  getParentRoute: () => organization,
  path: 'members',
  validateSearch: textSearch('secondFactor', 'after', 'before'),
  component: lazyRouteComponent(() => import('../routes/members.tsx'), 'MembersPage'),
})

const serviceAccounts = createRoute({
  getParentRoute: () => organization,
  path: 'service-accounts',
  component: lazyRouteComponent(() => import('../routes/service-accounts.tsx'), 'ServiceAccountsPage'),
})

const costs = createRoute({
  getParentRoute: () => organization,
  path: 'costs',
  validateSearch: costsSearch,
  component: lazyRouteComponent(() => import('../routes/costs.tsx'), 'CostsPage'),
})

const playground = createRoute({
  getParentRoute: () => organization,
  path: 'playground',
  validateSearch: textSearch('workload', 'after', 'before', 'project', 'model'),
  beforeLoad: ({ preload, location: { href } }) => (preload ? undefined : loadAtPlayground(href)),
  component: lazyRouteComponent(() => import('../routes/playground.tsx'), 'PlaygroundPage'),
})

const webhooks = createRoute({
  getParentRoute: () => organization,
  path: 'webhooks',
  component: lazyRouteComponent(() => import('../routes/webhooks.tsx'), 'WebhooksPage'),
})

const webhook = createRoute({
  getParentRoute: () => organization,
  path: 'webhooks/$webhookId',
  validateSearch: deliveriesSearch,
  component: lazyRouteComponent(() => import('../routes/webhook.tsx'), 'WebhookPage'),
})

const audit = createRoute({
  getParentRoute: () => organization,
  path: 'audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../routes/audit.tsx'), 'AuditPage'),
})

const settings = createRoute({
  getParentRoute: () => organization,
  path: 'settings',
  component: lazyRouteComponent(() => import('../routes/organization-settings.tsx'), 'OrganizationSettingsPage'),
})

const project = createRoute({ getParentRoute: () => organization, path: 'projects/$projectId' })

const projectKeys = createRoute({
  getParentRoute: () => project,
  path: '/',
  validateSearch: keysSearch,
  component: KeysPage,
})

const key = createRoute({
  getParentRoute: () => project,
  path: 'keys/$keyId',
  component: lazyRouteComponent(() => import('../routes/key.tsx'), 'KeyPage'),
})

const collaborators = createRoute({
  getParentRoute: () => project,
  path: 'collaborators',
  component: lazyRouteComponent(() => import('../routes/collaborators.tsx'), 'CollaboratorsPage'),
})

const projectCosts = createRoute({
  getParentRoute: () => project,
  path: 'costs',
  validateSearch: costsSearch,
  component: lazyRouteComponent(() => import('../routes/costs.tsx'), 'CostsPage'),
})

const projectAudit = createRoute({
  getParentRoute: () => project,
  path: 'audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../routes/audit.tsx'), 'AuditPage'),
})

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: 'settings',
  component: lazyRouteComponent(() => import('../routes/project-settings.tsx'), 'ProjectSettingsPage'),
})

const routeTree = root.addChildren([
  home,
  signIn,
  forgotPassword,
  resetPassword,
  verifyEmail,
  invitation,
  signedIn.addChildren([
    welcome,
    device,
    person.addChildren([account, instance]),
    organization.addChildren([
      organizationHome,
      keys,
      projects,
      members,
      serviceAccounts,
      costs,
      playground,
      webhooks,
      webhook,
      audit,
      settings,
      project.addChildren([projectKeys, key, collaborators, projectCosts, projectAudit, projectSettings]),
    ]),
  ]),
])

export const router = createRouter({
  routeTree,
  basepath: addressOf('/'),
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: Loading,
  defaultErrorComponent: Trouble,
  defaultNotFoundComponent: Missing,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
