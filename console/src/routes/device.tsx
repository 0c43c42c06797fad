import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { callAuth } from '../app/auth.ts'
import { useSession } from '../app/session.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Loading, Note } from '../ui/feedback.tsx'
import { Form, TextField, textOf } from '../ui/field.tsx'
import classes from '../ui/gate.module.css'
import { Gate } from '../ui/gate.tsx'
import { Ago } from '../ui/time.tsx'

/** A program that waits for approval. Only the first person who opens its code sees the program. */
interface Waiting {
  status: string
  user_agent?: string | null
  ip_address?: string | null
  requested_at?: string | null
}

/** The code as the program shows it: `BCDF-GHJK`. */
const spelled = (code: string): string => code.replace(/^(\w{4})-?(\w{4})$/, '$1-$2').toUpperCase()

/** Approves or denies the sign-in of a program, such as `keyward login`. */
export function DevicePage() {
  const { user_code: code } = useSearch({ from: '/signed-in/device' })
  return code === undefined ? <EnterCode /> : <Decide key={code} code={code} />
}

function EnterCode() {
  const navigate = useNavigate()
  const open = (values: FormData) =>
    void navigate({ to: '/device', search: { user_code: textOf(values, 'code').trim() } })
  return (
    <Gate title="Sign a program in" lead="Enter the code that the program shows.">
      <Form onSend={open}>
        <TextField label="Code" name="code" required mono autoComplete="off" spellCheck={false} maxLength={12} />
        <Button kind="primary" type="submit" wide>
          Continue
        </Button>
      </Form>
    </Gate>
  )
}

function Decide({ code }: { code: string }) {
  const { user } = useSession()
  const { data, error } = useQuery({
    queryKey: ['device', code],
    queryFn: () => callAuth<Waiting>(`/device?user_code=${encodeURIComponent(code)}`),
    // Each request counts as an attempt to guess a code, so it is not repeated.
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  const decision = useMutation({
    mutationFn: async (verdict: 'approve' | 'deny') => {
      await callAuth(`/device/${verdict}`, { userCode: code })
      return verdict
    },
  })
  if (decision.data) {
    const isApproved = decision.data === 'approve'
    return (
      <Gate title={isApproved ? 'Signed in' : 'Denied'} lead="You can close this page.">
        <Note tone={isApproved ? 'good' : 'warn'}>
          {isApproved
            ? 'The program continues by itself. To sign it out, end its session on the page of your account.'
            : 'The program was not signed in.'}
        </Note>
      </Gate>
    )
  }
  if (error) {
    return (
      <Gate title="Sign a program in" lead="This code cannot be used.">
        <ErrorNote error={error} />
        <p>Codes are valid for 10 minutes and for one sign-in. Start again in the program.</p>
      </Gate>
    )
  }
  if (!data) {
    return (
      <Gate title="Sign a program in" lead="Reading the code …">
        <Loading rows={3} />
      </Gate>
    )
  }
  // Another person opened the code first, or it was already used.
  if (data.status !== 'pending' || !data.requested_at) {
    return (
      <Gate title="Sign a program in" lead="This code cannot be used.">
        <Note tone="warn">The code is used already, or another person opened it. Start again in the program.</Note>
      </Gate>
    )
  }
  return (
    <Gate title="Sign a program in" lead="A program asks to act as you, with all your permissions.">
      <p className={classes.code} data-code>
        {spelled(code)}
      </p>
      <dl className={classes.facts}>
        <dt>Program</dt>
        <dd>{data.user_agent ?? 'Unknown'}</dd>
        <dt>Address</dt>
        <dd>{data.ip_address || 'Unknown'}</dd>
        <dt>Asked</dt>
        <dd>
          <Ago time={data.requested_at} />
        </dd>
        <dt>You are</dt>
        <dd>{user.email ?? user.name}</dd>
      </dl>
      <Note tone="warn">
        Approve only if you started this sign-in yourself and the program shows the same code. Deny a code that somebody
        sent you.
      </Note>
      <ErrorNote error={decision.error} />
      <Button kind="primary" wide busy={decision.isPending} onClick={() => decision.mutate('approve')}>
        Approve
      </Button>
      <Button wide busy={decision.isPending} onClick={() => decision.mutate('deny')}>
        Deny
      </Button>
    </Gate>
  )
}
