// The reading order of the guide, docs/guide/contents.json, and the titles of its pages.
import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(fileURLToPath(import.meta.url), '..', '..', '..')

/** The sections of the site: those of the guide, then the pages for contributors. */
export const sections = [
  ...JSON.parse(readFileSync(join(root, 'docs/guide/contents.json'), 'utf8')),
  {
    section: 'How it works',
    pages: ['how-a-byte-travels', 'structure', 'state', 'SUPPORTED_PLATFORMS', 'CONTRIBUTING', 'CHANGELOG'],
  },
]

/** The name of a page: its file without folder and ending. */
export function pageName(file) {
  return basename(file, '.md')
}

/** The text of the first heading of a page. */
export function titleOf(markdown) {
  return /^# (.*)$/m.exec(markdown)?.[1] ?? ''
}

/** The neighbours of a page in reading order. */
export function neighbours(name) {
  const order = sections.flatMap(({ pages }) => pages)
  const index = order.indexOf(name)
  return index === -1 ? {} : { previous: order[index - 1], next: order[index + 1] }
}
