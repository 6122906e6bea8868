// The worker of the synckit peer: each call fetches a URL and returns the body.
import { runAsWorker } from 'synckit'

export type FetchBytes = (url: string) => Promise<Uint8Array>

const fetchBytes: FetchBytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())

runAsWorker(fetchBytes)
