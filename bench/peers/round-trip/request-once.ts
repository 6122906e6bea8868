// One request from standard input, its answer to standard output: the process that the spawnSync peer starts.
import { readFileSync } from 'node:fs'
import { echoClient } from './echo-client.js'

const ask = await echoClient(Number(process.argv[2]))
process.stdout.write(await ask(readFileSync(0)))
process.exit(0)
