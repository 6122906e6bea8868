// Adds to native/linux-numbers.txt what the addon of this machine has from the system's headers, and the list lacks.
//   node scripts/linux-numbers.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { linuxNumbers } from './generate/constants.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const file = join(root, 'native', 'linux-numbers.txt')
const { constants, errnos } = createRequire(import.meta.url)(join(root, 'native', 'bin', 'berkeley.node'))
const known = linuxNumbers(root)
const added = Object.entries({ ...constants, ...errnos }).filter(([name]) => !known.has(name))
const lines = added.map(([name, number]) => `${name} ${number}\n`)
writeFileSync(file, `${readFileSync(file, 'utf8')}${lines.join('')}`)
process.stdout.write(`berkeley: ${added.length} numbers added\n`)
