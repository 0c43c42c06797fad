/** A new secret. The server returns it once, so the page keeps it until it is dismissed, and nowhere else. */
export function Secret({ name, value, onDone }: { name: string; value: string; onDone: () => void }) {
  return (
    <section className="secret" aria-label={`Secret of ${name}`}>
      <p>
        Copy the secret of <strong>{name}</strong> now. It is shown once.
      </p>
      <code data-secret>{value}</code>
      <div className="actions">
        <button type="button" onClick={() => navigator.clipboard.writeText(value)}>
          Copy
        </button>
        <button type="button" className="primary" onClick={onDone}>
          Done
        </button>
      </div>
    </section>
  )
}
