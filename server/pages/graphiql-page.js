// Starts GraphiQL with our tabs, and says whether the requests it sends are those of a signed-in person.

const { tabs } = JSON.parse(document.getElementById('root').dataset.page)

/** GraphiQL's storage, in its own namespace. Headers are credentials, so they are never stored. */
const storage = {
  getItem(key) {
    const kept = localStorage.getItem(`keyward:${key}`)
    return key === 'graphiql:tabState' ? withExampleHeaders(kept) : kept
  },
  setItem: (key, value) => {
    if (!/headers/i.test(key)) localStorage.setItem(`keyward:${key}`, value)
  },
  removeItem: (key) => localStorage.removeItem(`keyward:${key}`),
  clear: () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith('keyward:')) localStorage.removeItem(key)
  },
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith('keyward:')).length
  },
}

/** Our tabs come with a place for a secret among their headers, which is no secret itself: it is there again after a visit. */
function withExampleHeaders(kept) {
  try {
    const state = JSON.parse(kept)
    for (const tab of state.tabs) tab.headers ||= tabs.find(({ query }) => query === tab.query)?.headers
    return JSON.stringify(state)
  } catch {
    return kept
  }
}

/** Without being told which tab to begin with, GraphiQL adds an empty one at every visit. */
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
  endpoint: '/graphql',
  title: 'Keyward',
  logo: ' ',
  defaultTabs: tabs,
  ...activeTab(),
  credentials: 'same-origin',
  additionalHeaders: { 'x-graphql-yoga-csrf': '1' },
  storage,
  shouldPersistHeaders: false,
  // By default the query goes into the address, and from there into histories and logs.
  onEditQuery: () => {},
})

const text = document.getElementById('who-text')
const link = document.getElementById('who-link')
const session = await fetch('/auth/get-session')
  .then((response) => (response.ok ? response.json() : null))
  .catch(() => null)
text.textContent = session
  ? `Signed in as ${session.user.email}. An Authorization header overrides your session.`
  : 'You are not signed in. Sign in, or set {"Authorization": "Bearer …"} in the Headers tab.'
link.textContent = session ? 'Account' : 'Sign in'
// The account page returns here after signing in.
if (!session) link.href = '/?next=graphiql'
link.hidden = false
