/** A person, or an invited address, whose names an audit log contains. */
export interface Subject {
  id: string
  /** The id of the person on this instance. Null for invitations. */
  userId: string | null
}

/** A person or an invited address in the audit log of an organization. */
export interface Place {
  organizationId: string
  subject: Subject
}

/** The name or the address of a person. Audit logs and webhook messages contain it sealed, so that it can be erased. */
export class Personal {
  constructor(
    readonly text: string,
    readonly subject: Subject,
  ) {}
}

/** The name of a person. */
export const nameOf = ({ id, name }: { id: string; name: string }): Personal => new Personal(name, { id, userId: id })

/** The address to which an invitation was sent. The person may have no account. */
export const addressOf = ({ id, email }: { id: string; email: string }): Personal =>
  new Personal(email, { id, userId: null })
