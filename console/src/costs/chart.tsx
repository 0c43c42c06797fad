import { money, round } from '../ui/money.ts'
import { dayIn } from '../ui/time.tsx'
import classes from './costs.module.css'
import type { Series } from './series.ts'

const HEIGHT = 100
const GAP = 0.22

export const colorOf = (index: number): string => `var(--series-${index + 1})`

/** Stacked bars of the cost of each day. The table below contains the same figures as text. */
export function CostChart({ series, starts, zone }: { series: Series[]; starts: string[]; zone: string }) {
  const totals = starts.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0))
  const highest = Math.max(...totals, 0.000001)
  const [first, last] = [starts[0], starts.at(-1)]
  return (
    <div className={classes.plot}>
      <div className={classes.scale}>
        <span>Highest day: {money(highest)}</span>
        <span>Cost by day</span>
      </div>
      <svg
        className={classes.chart}
        viewBox={`0 0 ${Math.max(starts.length, 1)} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Cost by day, at most ${round(highest.toFixed(2))} a day.`}
      >
        {[0.25, 0.5, 0.75].map((share) => (
          <line
            key={share}
            x1="0"
            x2={starts.length}
            y1={HEIGHT * share}
            y2={HEIGHT * share}
            stroke="var(--line)"
            strokeWidth="1"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {starts.map((start, index) => (
          <Stack
            key={start}
            day={dayIn(start, zone)}
            index={index}
            series={series}
            total={totals[index] ?? 0}
            highest={highest}
          />
        ))}
      </svg>
      <div className={classes.scale}>
        <span>{first && dayIn(first, zone)}</span>
        <span>{last && dayIn(last, zone)}</span>
      </div>
    </div>
  )
}

interface StackProps {
  day: string
  index: number
  series: Series[]
  total: number
  highest: number
}

function Stack({ day, index, series, total, highest }: StackProps) {
  let top = HEIGHT
  return (
    <g>
      <title>{`${day}: ${money(total)}`}</title>
      <rect x={index} y="0" width="1" height={HEIGHT} fill="transparent" />
      {series.map(({ id, values }, place) => {
        const height = ((values[index] ?? 0) / highest) * HEIGHT
        top -= height
        return height > 0 ? (
          <rect key={id} x={index + GAP / 2} y={top} width={1 - GAP} height={height} fill={colorOf(place)} />
        ) : null
      })}
    </g>
  )
}
