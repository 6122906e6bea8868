// Collects garbage when the load asks for it, so that what is resident is what is needed.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
process.on('SIGUSR2', runInNewContext('gc') as () => void)
