// The command `npm run test:faults`: the whole product of subjects, calls and errors. Arguments are those of the sweep:
//   npm run test:faults -- --only accept --fault accept:EMFILE:1+
import { join } from 'node:path'
import { root } from '../support/folders.js'
import { sweep } from './sweeping.js'

const addon = process.env['BERKELEY_ADDON'] ?? join(root, 'native', 'bin', 'berkeley-faults.node')
const { trials, struck, subjects, problems, known, cpuMs } = await sweep(
  addon,
  ['--whole', ...process.argv.slice(2)],
  {},
  (line) => process.stdout.write(`${line}\n`),
)
for (const what of known) process.stdout.write(`known: ${what}\n`)
process.stdout.write(
  `${trials} trials of ${subjects} subjects, a call failed in ${struck}; ${problems.length} problems; ` +
    `${Math.round(cpuMs / 1000)} s of processor time\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1
