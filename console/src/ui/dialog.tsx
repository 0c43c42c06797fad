import { Dialog as Base } from '@base-ui/react/dialog'
import { type ReactNode, type RefObject, useRef, useState } from 'react'
import { Button, buttonClass } from './button.tsx'
import classes from './dialog.module.css'
import { ErrorNote } from './feedback.tsx'
import { Form } from './field.tsx'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  description?: ReactNode
  large?: boolean
  /** The element that gets the focus. By default, the first field, or the first focusable element. */
  initialFocus?: RefObject<HTMLElement | null>
  /** Called for Escape, the close button and a click outside. */
  onClose: () => void
  children: ReactNode
}

/** A modal dialog. It is open while it is rendered. */
export function Dialog({ title, description, large, initialFocus, onClose, children }: DialogProps) {
  const body = useRef<HTMLDivElement>(null)
  // autoFocus is not used: the dialog would then return the focus to that field.
  const firstField = () =>
    body.current?.querySelector<HTMLElement>(':is(input:not([type=hidden]), select, textarea):not(:disabled)') ?? true
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={classes.backdrop} />
        <Base.Viewport className={classes.viewport}>
          <Base.Popup
            className={[classes.popup, large && classes.large].filter(Boolean).join(' ')}
            initialFocus={initialFocus ?? firstField}
          >
            <div className={classes.head}>
              <div>
                <Base.Title dir="auto">{title}</Base.Title>
                {description && <Base.Description>{description}</Base.Description>}
              </div>
              <Base.Close className={buttonClass('quiet', 'icon')} aria-label="Close">
                <Icon name="close" size={18} />
              </Base.Close>
            </div>
            <div className={classes.body} ref={body}>
              {children}
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

export const DialogActions = ({ children }: { children: ReactNode }) => <div className={classes.foot}>{children}</div>

interface FormDialogProps extends DialogProps {
  /** The label of the button that runs the action. */
  action: string
  danger?: boolean
  busy: boolean
  error: unknown
  onSend: (values: FormData) => void
}

/** A dialog with one form: its fields, its error, and buttons to cancel and to run the action. */
export function FormDialog({ action, danger, busy, error, onSend, onClose, children, ...rest }: FormDialogProps) {
  return (
    <Dialog {...rest} onClose={onClose}>
      <Form onSend={onSend}>
        {children}
        <ErrorNote error={error} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind={danger ? 'danger' : 'primary'} busy={busy}>
            {action}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}

interface SecretDialogProps {
  title: string
  secret: string
  /** Name of the secret for sentences: `secret`, `token`. */
  noun: string
  /** The next step for the person. By default: copy the secret, because it is shown only once. */
  description?: string
  children?: ReactNode
  onClose: () => void
}

/** Shows a secret once. Before it was copied, closing asks for confirmation. */
export function SecretDialog({ title, secret, noun, description, children, onClose }: SecretDialogProps) {
  const [copied, setCopied] = useState(false)
  const [asking, setAsking] = useState(false)
  const [failed, setFailed] = useState(false)
  const copyButton = useRef<HTMLButtonElement>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
      setAsking(false)
    } catch {
      setFailed(true)
    }
  }
  return (
    <Dialog
      title={title}
      description={description ?? `Copy the ${noun} now. Keyward stores only its hash and cannot show it again.`}
      initialFocus={copyButton}
      onClose={() => (copied || asking ? onClose() : setAsking(true))}
    >
      <div className={classes.secret}>
        <code data-secret="">{secret}</code>
        <Button kind={copied ? 'plain' : 'primary'} icon={copied ? 'check' : 'copy'} ref={copyButton} onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      {failed && <ErrorNote error={new Error(`The browser did not allow copying. Select the ${noun} and copy it.`)} />}
      {children}
      {asking && !copied ? (
        <>
          <ErrorNote error={new Error(`The ${noun} is not copied yet. If you close now, it is lost.`)} />
          <DialogActions>
            <Button onClick={() => setAsking(false)}>Back to the {noun}</Button>
            <Button kind="danger" onClick={onClose}>
              Close without copying
            </Button>
          </DialogActions>
        </>
      ) : (
        <DialogActions>
          <Button kind={copied ? 'primary' : 'plain'} onClick={() => (copied ? onClose() : setAsking(true))}>
            Done
          </Button>
        </DialogActions>
      )}
    </Dialog>
  )
}
