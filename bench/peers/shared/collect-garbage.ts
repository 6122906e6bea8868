// Collects garbage on SIGUSR2. The load sends it before it reads the resident memory, so that no garbage is counted.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
// Called without the listener's arguments: with the name of the signal, gc() collects only the young generation.
process.on('SIGUSR2', () => collect())
