import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const r = await build({
  stdin: { contents: 'export * as all from "@keyward/sdk/gateway"', resolveDir: import.meta.dirname },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  external: ['node:*'],
  write: false,
  metafile: true,
})
const o = r.outputFiles[0]
console.log(o.contents.length, gzipSync(o.contents, { level: 9 }).length)
if (process.argv[2]) {
  const fs = await import('node:fs')
  fs.writeFileSync('/tmp/holds-min.js', o.contents)
  for (const [k, v] of Object.entries(Object.values(r.metafile.outputs)[0].inputs).sort(
    (a, b) => b[1].bytesInOutput - a[1].bytesInOutput,
  ))
    console.log(v.bytesInOutput, k)
}
