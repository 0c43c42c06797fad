import { TextField } from '../ui/field.tsx'

/** A field for a new password, with the same length rules as on the server. */
export const NewPasswordField = ({ label, name }: { label: string; name: string }) => (
  <TextField
    label={label}
    name={name}
    type="password"
    autoComplete="new-password"
    required
    minLength={10}
    maxLength={128}
    hint="At least 10 characters."
  />
)
