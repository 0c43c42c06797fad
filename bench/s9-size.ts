import { sizeOf } from '../sdk/size.ts'
import type { Benchmark, Contender } from './benchmark.ts'

/** Bundle size of a package with all its exports, minified and gzipped. */
const weight = (specifier: string): Contender => ({
  name: specifier,
  measure: async () => ({ value: (await sizeOf(specifier, import.meta.dirname)).gzipped, cpuMicros: null }),
})

export const benchmark: Benchmark = {
  id: 'S9',
  title: 'Bundle size of the SDK',
  unit: 'bytes',
  async open() {
    const client = weight('@keyward/sdk')
    const gateway = weight('@keyward/sdk/gateway')
    const stripe = weight('stripe')
    const openai = weight('openai')
    return {
      contenders: [client, gateway, stripe, openai],
      goals: [
        { name: '—', subject: client, valueAtMost: 16_000 },
        { name: '—', subject: gateway, valueAtMost: 15_000 },
        { name: 'stripe', subject: client, reference: stripe },
        { name: 'openai', subject: client, reference: openai },
      ],
      async close() {},
    }
  },
}
