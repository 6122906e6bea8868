// Collects garbage when the load asks for it, so that what is resident is what is needed.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
// Without arguments: given the signal's name, it would collect the young alone.
process.on('SIGUSR2', () => collect())
