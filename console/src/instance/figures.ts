/** A sample of a metric. docs/operations/metrics.md describes the metrics. */
export interface Sample {
  name: string
  labels: Readonly<Record<string, string | number>>
  value: number
}

/** The health of the instance, according to the process that responded. */
export interface InstanceHealth {
  asOf: string
  replica: { host: string; process: number; worker: number | null }
  samples: readonly Sample[]
}

type Labels = Readonly<Record<string, string>>

/** The samples of a metric that have these labels. */
const samplesOf = ({ samples }: InstanceHealth, name: string, labels: Labels = {}): readonly Sample[] =>
  samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => String(sample.labels[label]) === value),
  )

/** The value of a metric. Null if the server could not read it. */
export function sumOf(health: InstanceHealth, name: string, labels?: Labels): number | null {
  const found = samplesOf(health, name, labels)
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0)
}

/** The label of the first sample of a metric. */
export const labelOf = (health: InstanceHealth, name: string, label: string): string =>
  String(samplesOf(health, name)[0]?.labels[label] ?? '')

/** The sums of a counter by a label, greatest first, without zero values. */
export function countsBy(health: InstanceHealth, name: string, label: string): [value: string, count: number][] {
  const counts = new Map<string, number>()
  for (const sample of samplesOf(health, name)) {
    const key = String(sample.labels[label])
    counts.set(key, (counts.get(key) ?? 0) + sample.value)
  }
  return [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a)
}

/** The upper bound of the histogram bucket that contains a quantile, in seconds. Null without observations. */
export function quantileOf(health: InstanceHealth, name: string, labels: Labels, quantile: number): number | null {
  const buckets = samplesOf(health, `${name}_bucket`, labels)
    .map(({ labels: { le }, value }) => ({ bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value }))
    .sort((a, b) => a.bound - b.bound)
  const total = buckets.at(-1)?.value ?? 0
  return total === 0 ? null : (buckets.find(({ value }) => value >= total * quantile)?.bound ?? null)
}
