// Makes the package, dist/package, from what the other builds have made: `npm pack ./dist/package` packs it. Its manifest
// is made too: package.json of the repository names the files of dist/src, which tests import, and the package has bundles.
//   node scripts/build-package.mjs
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyAddons } from './package/addons.mjs'
import { bundle } from './package/bundle.mjs'
import { declarations } from './package/declarations.mjs'
import { readEntries } from './package/entries.mjs'
import { thirdPartyLicenses } from './package/licenses.mjs'
import { packedManifest } from './package/manifest.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, 'dist', 'package')

// Of the guide, the package has the pages that a first program needs, and the meaning of each error.
const GUIDE = ['getting-started', 'cheat-sheet', 'errors'].map((page) => `docs/guide/${page}.md`)
const TEXTS = ['README.md', 'LICENSE', ...GUIDE]

/** Whether the package has the file that a page links to. */
const isPacked = (page, target) => TEXTS.includes(posix.join(posix.dirname(page), target))

/** A page without its links to files that the package lacks: their text remains, except in lists of links. */
function withoutDeadLinks(page) {
  const ofPacked = (link, target, text) => (isPacked(page, target) ? link : text)
  return readFileSync(join(root, page), 'utf8')
    .replaceAll(/!\[[^\]]*\]\(([^)#:]+)\)\n\n\*[^*]+\*\n\n/g, (picture, target) => ofPacked(picture, target, ''))
    .replaceAll(/^\[[^\]]*\]\(([^)#:]+)\)(?: ·)?\n/gm, (row, target) => ofPacked(row, target, ''))
    .replaceAll(/ ·\n\n/g, '\n\n')
    .replaceAll(/\[([^\]]*)\]\(([^)#:]+)(?:#[^)]*)?\)/g, (link, text, target) => ofPacked(link, target, text))
}

function writeText(name) {
  mkdirSync(dirname(join(out, name)), { recursive: true })
  writeFileSync(join(out, name), withoutDeadLinks(name))
}

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

TEXTS.forEach(writeText)
copy('dist/report/page.html.br', 'report/page.html.br')
// What programs that Emscripten links are linked with.
for (const name of ['library.js', 'sockets.c']) copy(`emscripten/${name}`, `emscripten/${name}`)
copyAddons(root, out)
