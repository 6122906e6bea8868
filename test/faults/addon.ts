// The addon with the fault switch, which tests load in processes of their own.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/folders.js'
import { isSanitized } from '../support/sanitizer.js'

/** The .node file. */
export const addon = join(root, 'native', 'bin', `berkeley${isSanitized ? '-asan' : ''}-faults.node`)

/** Why it is not there, as `skip` takes it. */
export const notBuilt = existsSync(addon) ? false : `${addon} is not built: node scripts/build-native.mjs --faults`
