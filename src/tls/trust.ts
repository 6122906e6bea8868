// The roots that connections trust which name no `ca`: those of node:tls, and those of NODE_EXTRA_CA_CERTS.

import { readFileSync } from 'node:fs'
import { native } from '../native/addon.js'
import { extraCertificatesFile } from '../native/environment.js'
import { nodeTls } from '../native/node-modules.js'
import { settingError } from './errors.js'

/** Newer versions of Node have a function that also honours --use-system-ca and --use-openssl-ca. */
interface NewerTls {
  readonly getCACertificates?: (kind: 'default') => string[]
}

function defaultRoots(): string {
  const { getCACertificates } = nodeTls() as NewerTls
  if (getCACertificates !== undefined) return getCACertificates('default').join('\n')
  return [...nodeTls().rootCertificates, ...extraRoots()].join('\n')
}

/** Node too ignores a file that it cannot read. */
function extraRoots(): string[] {
  const file = extraCertificatesFile()
  if (file === undefined || file === '') return []
  try {
    return [readFileSync(file, 'utf8')]
  } catch {
    return []
  }
}

/** Reads the roots, once in the process. */
export function loadRoots(): void {
  if (native.tlsParsedRoots() >= 0) return
  if (native.tlsSetRoots(Buffer.from(defaultRoots())) < 0) throw settingError(native.tlsFailure(), 'ca')
}
