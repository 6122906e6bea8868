// Node's own headers: beside the running binary, or where distributions put them.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder above `include/node`; undefined if there is none. */
export function headersFolder() {
  const candidates = [resolve(process.execPath, '..', '..'), '/usr', '/usr/local']
  return candidates.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
}

/** The folder of node_api.h. */
export function nodeHeaders() {
  const folder = headersFolder()
  if (folder === undefined) throw new Error('no Node headers found: apt-get install libnode-dev')
  return join(folder, 'include', 'node')
}
