import { Button } from './button.tsx'
import { layout } from './layout.tsx'

interface PageInfo {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor?: string | null
  endCursor?: string | null
}

interface PagerProps {
  pageInfo: PageInfo
  total?: number
  capped?: boolean
  noun: string
  go: (place: { after?: string; before?: string }) => void
}

/** Shows the number of rows, and buttons for the previous and the next page. */
export function Pager({ pageInfo, total, capped, noun, go }: PagerProps) {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo
  const text =
    total === undefined ? '' : `${total.toLocaleString('en')}${capped ? '+' : ''} ${noun}${total === 1 ? '' : 's'}`
  return (
    <nav className={layout.pager} aria-label="Pages">
      <span>{text}</span>
      {(hasNextPage || hasPreviousPage) && (
        <span>
          <Button
            disabled={!hasPreviousPage || !startCursor}
            onClick={() => startCursor && go({ before: startCursor })}
          >
            Previous
          </Button>
          <Button disabled={!hasNextPage || !endCursor} onClick={() => endCursor && go({ after: endCursor })}>
            Next
          </Button>
        </span>
      )}
    </nav>
  )
}
