// Makes the package, dist/package, from what the other builds have made: `npm pack ./dist/package` packs it. Its manifest
// is made too: package.json of the repository names the files of dist/src, which tests import, and the package has bundles.
//   node scripts/build-package.mjs
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyAddons } from './package/addons.mjs'
import { bundle } from './package/bundle.mjs'
import { declarations } from './package/declarations.mjs'
import { readEntries } from './package/entries.mjs'
import { thirdPartyLicenses } from './package/licenses.mjs'
import { packedManifest } from './package/manifest.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, 'dist', 'package')

// Of the guide, the package has the pages that a first program needs.
const GUIDE = ['getting-started', 'cheat-sheet'].map((page) => `docs/guide/${page}.md`)
const TEXTS = ['README.md', 'LICENSE', ...GUIDE]

function copy(from, to) {
  mkdirSync(dirname(join(out, to)), { recursive: true })
  copyFileSync(join(root, from), join(out, to))
}

const entries = readEntries(root)
rmSync(out, { recursive: true, force: true })
mkdirSync(join(out, 'lib'), { recursive: true })

const [bundled, types] = await Promise.all([bundle(root, out, entries), declarations(root, entries.exports)])
for (const [name, text] of Object.entries(types)) writeFileSync(join(out, 'lib', name), text)
writeFileSync(join(out, 'lib', 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicenses(root, bundled))
writeFileSync(join(out, 'package.json'), `${JSON.stringify(packedManifest(entries), null, 2)}\n`)

for (const name of TEXTS.filter((file) => existsSync(join(root, file)))) copy(name, name)
copy('dist/report/page.html.br', 'report/page.html.br')
// What programs that Emscripten links are linked with.
for (const name of ['library.js', 'sockets.c']) copy(`emscripten/${name}`, `emscripten/${name}`)
copyAddons(root, out)
