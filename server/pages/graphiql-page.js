// Starts GraphiQL with Keyward's tabs, and shows whether requests are sent as a signed-in person.

const given = document.getElementById('root').dataset.page
const { placeholders, tourKey, prefix } = JSON.parse(given)

const session = await fetch(`${prefix}/auth/get-session`)
  .then((response) => (response.ok ? response.json() : null))
  .catch(() => null)

/** Reads the signed-in person's projects, and the tour's keys in them. */
const PLACES = `query ($search: String!) {
  viewer {
    user { id }
    projects(first: 25) {
      nodes {
        id
        isDefault
        organization { id }
        apiKeys(first: 10, filter: { search: $search, statuses: [ACTIVE] }) {
          nodes { id name createdBy { __typename ... on User { id } } }
        }
      }
    }
  }
}`

/**
 * Ids of the objects that the person viewed in the console. The console's link passes them in the fragment. Ids are not
 * secrets.
 */
function idsOfAddress() {
  const given = new URLSearchParams(location.hash.slice(1))
  const idOf = (name, prefix) => {
    const id = given.get(name) ?? ''
    return new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(id) ? id : null
  }
  return { organization: idOf('organization', 'org'), project: idOf('project', 'prj'), key: idOf('key', 'key') }
}

async function idsOfSession() {
  if (!session) return []
  const response = await fetch(`${prefix}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: PLACES, variables: { search: tourKey } }),
  })
  const { user, projects } = (await response.json()).data.viewer
  const isOwn = ({ name, createdBy }) => name === tourKey && createdBy?.id === user.id
  const keyIn = (project) => project.apiKeys?.nodes.find(isOwn)
  const seen = idsOfAddress()
  const isSeen = ({ id, organization }) =>
    seen.project ? id === seen.project : !seen.organization || organization.id === seen.organization
  const among = projects.nodes.filter(isSeen)
  const project = among.find(keyIn) ?? among.find(({ isDefault }) => isDefault) ?? among.at(0)
  const key = project && keyIn(project)
  // The person may have more projects than this query reads.
  return [
    [placeholders.organization, seen.organization ?? project?.organization.id],
    [placeholders.project, seen.project ?? project?.id],
    [placeholders.key, seen.key ?? key?.id],
  ].filter(([, id]) => id)
}

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString()

/** The current value of each placeholder. Everything works without the ids, too. */
const values = [
  ...(await idsOfSession().catch(() => [])),
  [placeholders.monthAgo, inDays(-30)],
  [placeholders.tomorrow, inDays(1)],
  [placeholders.nextMonth, inDays(30)],
  [placeholders.monthAfter, inDays(60)],
]
const fill = (text) => values.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text)

/**
 * Restores placeholders before storing: on the next visit, the values differ, and another person may be signed in.
 * Secrets are never stored.
 */
const forStorage = (text) =>
  values
    .reduce((kept, [placeholder, value]) => kept.replaceAll(value, placeholder), text)
    .replaceAll(/\b(kw_[a-z]+_)[A-Za-z0-9]+/g, '$1…')

const { tabs } = JSON.parse(fill(given))

/** GraphiQL's storage, in its own namespace. Headers are never stored, because they are credentials. */
const storage = {
  getItem(key) {
    const kept = localStorage.getItem(`keyward:${key}`)
    const text = kept === null ? null : fill(kept)
    return key === 'graphiql:tabState' ? withExampleHeaders(text) : text
  },
  setItem: (key, value) => {
    if (!/headers/i.test(key)) localStorage.setItem(`keyward:${key}`, forStorage(value))
  },
  removeItem: (key) => localStorage.removeItem(`keyward:${key}`),
  clear: () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith('keyward:')) localStorage.removeItem(key)
  },
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith('keyward:')).length
  },
}

/**
 * Keyward's tabs have headers with a placeholder for a secret. The placeholder is not secret, so it is restored on
 * every visit.
 */
function withExampleHeaders(kept) {
  try {
    const state = JSON.parse(kept)
    for (const tab of state.tabs) tab.headers ||= tabs.find(({ query }) => query === tab.query)?.headers
    return JSON.stringify(state)
  } catch {
    return kept
  }
}

/** Without an initial tab, GraphiQL adds an empty tab on every visit. */
function activeTab() {
  try {
    const { tabs: kept, activeTabIndex } = JSON.parse(storage.getItem('graphiql:tabState'))
    const { query, variables } = kept[activeTabIndex]
    return { query: query ?? '', variables: variables ?? '' }
  } catch {
    return {}
  }
}

globalThis.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  endpoint: `${prefix}/graphql`,
  title: 'Keyward',
  logo: ' ',
  defaultTabs: tabs,
  ...activeTab(),
  credentials: 'same-origin',
  additionalHeaders: { 'x-graphql-yoga-csrf': '1' },
  storage,
  shouldPersistHeaders: false,
  // By default, the query is added to the URL, and from there to browser histories and logs.
  onEditQuery: () => {},
})

const text = document.getElementById('who-text')
const link = document.getElementById('who-link')
text.textContent = session
  ? `Signed in as ${session.user.email}. An Authorization header overrides your session.`
  : 'You are not signed in. Sign in, or set {"Authorization": "Bearer …"} in the Headers tab.'
link.textContent = session ? 'Account' : 'Sign in'
// The account page returns here after signing in.
if (!session) link.href = `${prefix}/?next=graphiql`
link.hidden = false
