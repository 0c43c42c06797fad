// The page at / and at /invitations/accept: sign in, sign up, what a signed-in person does about their own account.

const $ = (id) => document.getElementById(id)
const { setup, signup, oidc } = document.body.dataset
const INVITATION = 'keyward.invitation'
/** Whether to return to GraphiQL after signing in. */
const toGraphiql = new URLSearchParams(location.search).get('then') === 'graphiql'

/** The secret of an invitation comes in the fragment, which no server sees, and leaves the address bar at once. */
function takeInvitation() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    sessionStorage.setItem(INVITATION, token)
    history.replaceState(null, '', location.pathname)
  }
  return location.pathname === '/invitations/accept' ? sessionStorage.getItem(INVITATION) : null
}

const invitation = takeInvitation()

function say(text, kind = '') {
  const message = $('message')
  message.textContent = text
  message.className = `notice ${kind}`
  message.hidden = text === ''
}

async function call(path, body, headers = {}) {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const answer = await response.json().catch(() => null)
  if (response.ok) return answer
  const said = answer?.message ?? answer?.errors?.[0]?.message
  const wait = response.headers.get('retry-after')
  throw new Error(`${said ?? `The server responded with ${response.status}.`}${wait ? ` Try again in ${wait} s.` : ''}`)
}

/** Runs what a button or form does, once at a time, and says what went wrong. */
async function busy(element, work) {
  const buttons = element.matches('form') ? element.querySelectorAll('button') : [element]
  for (const button of buttons) button.disabled = true
  say('')
  try {
    await work()
  } catch (error) {
    say(error.message, 'bad')
  } finally {
    for (const button of buttons) button.disabled = false
  }
}

const onSubmit = (id, work) =>
  $(id).addEventListener('submit', (event) => {
    event.preventDefault()
    const form = event.currentTarget
    busy(form, () => work(Object.fromEntries(new FormData(form)), form))
  })
const onClick = (id, work) => $(id).addEventListener('click', (event) => busy(event.currentTarget, work))

function selectTab(name) {
  for (const [tab, panel] of [
    ['tab-in', 'sign-in'],
    ['tab-up', 'sign-up'],
  ]) {
    $(tab).setAttribute('aria-selected', String(panel === name))
    $(tab).tabIndex = panel === name ? 0 : -1
    $(panel).hidden = panel !== name
  }
}

function prepareSignedOut() {
  const closed = signup === 'closed' && setup !== 'true'
  $('tab-up').hidden = closed
  $('setup-field').hidden = setup !== 'true'
  $('up-setup').required = setup === 'true'
  if (signup === 'invited' && setup !== 'true' && !invitation) {
    $('sign-up-note').textContent = 'To create an account, open the link of your invitation.'
    $('sign-up-note').hidden = false
  }
  if (oidc) {
    $('oidc').hidden = false
    $('oidc-button').textContent = `Continue with ${oidc}`
  }
  selectTab(setup === 'true' || (invitation && !closed) ? 'sign-up' : 'sign-in')
}

async function showSessions(currentId) {
  const sessions = await call('/auth/list-sessions')
  $('sessions').replaceChildren(
    ...sessions.map((session) => {
      const item = document.createElement('li')
      const text = document.createElement('span')
      const since = new Date(session.createdAt).toLocaleString()
      text.textContent = `${session.userAgent || 'Unknown browser'} — ${session.ipAddress || 'unknown address'}, since ${since}`
      item.append(text)
      if (session.id === currentId) {
        const note = document.createElement('strong')
        note.textContent = 'this one'
        item.append(note)
      } else {
        const end = document.createElement('button')
        end.type = 'button'
        end.className = 'secondary'
        end.textContent = 'End'
        end.addEventListener('click', () =>
          busy(end, async () => {
            await call('/auth/revoke-session', { token: session.token })
            await showSessions(currentId)
          }),
        )
        item.append(end)
      }
      return item
    }),
  )
}

async function show() {
  const current = await call('/auth/get-session')
  $('signed-out').hidden = current !== null
  $('signed-in').hidden = current === null
  $('invitation').hidden = invitation === null
  if (!current) return
  $('person').textContent = current.user.name
  $('person-email').textContent = current.user.email
  $('invitation-accept').hidden = invitation === null
  $('invitation-text').textContent = `You are signed in as ${current.user.email}.`
  $('sessions-details').addEventListener('toggle', () => showSessions(current.session.id), { once: true })
}

async function acceptInvitation() {
  const query = `mutation AcceptInvitation($input: InvitationAcceptInput!) {
    invitationAccept(input: $input) { __typename ... on Error { message } }
  }`
  const answer = await call('/graphql', { query, variables: { input: { token: invitation } } })
  const result = answer.data?.invitationAccept
  if (!result || result.message)
    throw new Error(result?.message ?? answer.errors?.[0]?.message ?? 'The invitation could not be accepted.')
  sessionStorage.removeItem(INVITATION)
  $('invitation-accept').hidden = true
  $('invitation-text').textContent = 'You now have access.'
  say('The invitation is accepted.', 'good')
}

async function enter() {
  if (toGraphiql) location.assign('/graphql')
  else await show()
}

onSubmit('sign-in', async ({ email, password }, form) => {
  await call('/auth/sign-in/email', { email, password })
  form.reset()
  await enter()
})

onSubmit('sign-up', async ({ name, email, password, setupToken }, form) => {
  const headers = {
    ...(setupToken ? { 'x-keyward-setup-token': setupToken } : {}),
    ...(invitation ? { 'x-keyward-invitation': invitation } : {}),
  }
  await call('/auth/sign-up/email', { name, email, password }, headers)
  form.reset()
  await enter()
})

onSubmit('change-password', async ({ currentPassword, newPassword }, form) => {
  await call('/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: true })
  form.reset()
  say('Password changed. All your other sessions have ended.', 'good')
})

onClick('tab-in', () => selectTab('sign-in'))
onClick('tab-up', () => selectTab('sign-up'))
document.querySelector('.tabs').addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
  const other = $('sign-in').hidden ? 'sign-in' : 'sign-up'
  if (other === 'sign-up' && $('tab-up').hidden) return
  selectTab(other)
  $(other === 'sign-in' ? 'tab-in' : 'tab-up').focus()
})
onClick('oidc-button', async () => {
  const callbackURL = location.pathname
  const answer = await call('/auth/sign-in/social', { provider: 'oidc', callbackURL, errorCallbackURL: callbackURL })
  location.assign(answer.url)
})
onClick('invitation-accept', acceptInvitation)
onClick('end-others', async () => {
  await call('/auth/revoke-other-sessions', {})
  const current = await call('/auth/get-session')
  await showSessions(current.session.id)
})
onClick('sign-out', async () => {
  await call('/auth/sign-out', {})
  location.reload()
})

const failed = new URLSearchParams(location.search)
if (failed.has('error')) {
  say(failed.get('error_description') ?? `Sign-in failed (${failed.get('error')}).`, 'bad')
  history.replaceState(null, '', location.pathname)
}
prepareSignedOut()
await show().catch((error) => say(error.message, 'bad'))
