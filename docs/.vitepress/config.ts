import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { slugify, unlinkFiles } from './links.ts'

const DOCS = fileURLToPath(new URL('..', import.meta.url))

/** The title of a page: its first heading. */
const titleOf = (page: string): string =>
  /^# (.+)$/m.exec(readFileSync(`${DOCS}${page}.md`, 'utf8'))?.[1]?.replaceAll('`', '') ?? page

const pages = (...names: string[]): DefaultTheme.SidebarItem[] =>
  names.map((name) => ({ text: titleOf(name), link: `/${name.replace(/README$/, '')}` }))

const section = (text: string, ...names: string[]): DefaultTheme.SidebarItem => ({ text, items: pages(...names) })

const reference = readdirSync(`${DOCS}reference`)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => `reference/${name.replace(/\.md$/, '')}`)

/** Every page is in one of these sections: test/infra/docs/site.test.ts. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  section('Start', 'tour', 'console', 'console-pages', 'cli'),
  section(
    'For frontends and integrators',
    'sdk',
    'typed-queries',
    'graphql-clients',
    'frontend-sign-in',
    'react',
    'service-accounts',
  ),
  section(
    'For gateways',
    'verification',
    'gateway-module',
    'token-exchange',
    'workload-identity',
    'recipes',
    'gateways',
    'playground',
  ),
  section('Rules', 'authorization', 'limits', 'pauses', 'leaks', 'audit'),
  section('Usage and alerts', 'usage', 'notices', 'webhooks'),
  section(
    'For operators',
    'production',
    'configuration',
    'operations/deploy',
    'operations/path-prefix',
    'operations/workers',
    'operations/read-replica',
    'operations/usage-size',
    'operations/capacity',
    'operations/upgrade',
    'operations/backup',
    'operations/point-in-time',
    'operations/fail-over',
    'operations/restored-history',
    'operations/drill',
    'operations/rotate-secrets',
    'operations/metrics',
    'operations/tracing',
    'operations/instance-health',
    'operations/audit-stream',
    'operations/troubleshooting',
    'operations/delete',
    'operations/erase',
    'operations/leave',
    'operations/commands',
    'performance',
  ),
  { text: 'Reference of the SDK', collapsed: true, items: pages('reference/README', ...reference) },
  section('Change Keyward', 'contributing'),
]

export default defineConfig({
  title: 'Keyward',
  description: 'API keys for AI inference platforms: issue, scope, verify, meter and revoke them.',
  cleanUrls: true,
  lastUpdated: false,
  rewrites: { 'reference/README.md': 'reference/index.md' },
  markdown: {
    anchor: { slugify },
    config: (markdown) => unlinkFiles(markdown, DOCS),
  },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
