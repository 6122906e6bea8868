// Sends one request from standard input and writes the reply to standard output: the process of the spawnSync peer.
import { readFileSync } from 'node:fs'
import { echoClient } from './echo-client.js'

const request = await echoClient(Number(process.argv[2]))
process.stdout.write(await request(readFileSync(0)))
process.exit(0)
