// What the functions of TLS take: contexts and connections, keys and certificates, whole or damaged, and records that were
// changed on the way.

import { file } from './addon-world.js'
import type { ByteSource } from './byte-source.js'
import { fd, flag, flags, int, type Kind, memory, of, out, type Signatures, timeout } from './signature.js'
import { HOSTS, PASSPHRASE, PROTOCOLS, type TlsWorld } from './tls-world.js'

const CIPHERS = ['DEFAULT', 'AES128-SHA:@SECLEVEL=0', 'TLS_AES_128_GCM_SHA256', 'ALL:-', '\0', 'x'.repeat(5000)]
const VERSIONS = [0, 0x0301, 0x0302, 0x0303, 0x0304, 0x0305, 1, -1, 2 ** 31 - 1]
const SETTINGS = [0, 1, 2, 3, 4, 5, 6, -1, 2 ** 31 - 1]
const SUBJECTS = [0, 1, 2, 3, 4, -1]
const LABELS = ['EXPORTER-Channel-Binding', '', 'client finished', 'x'.repeat(300)]
const EXPORT_SIZES = [1, 32, 255, 8160, 65536, 65537, 0, -1, 2 ** 31 - 1]

const changeable: Kind = (source, { tls }) => tls.changeable(source)
const context: Kind = (source, { tls }) => tls.context(source)
const connection: Kind = (source, { tls }) => tls.connection(source)
const bytesOf = (texts: readonly string[]): Kind => {
  const all = texts.map((text) => Buffer.from(text))
  return (source) => source.pick(all)
}

/**
 * A certificate, a key, a file of both, or names of ciphers; some cut short or damaged. What is encrypted is not damaged:
 * it contains a number of iterations.
 */
const secret: Kind = (source, { tls }) => {
  const { root, cert, key, encryptedKey, pkcs12 } = tls.material
  const kind = source.below(8)
  if (kind === 6) return Buffer.from(source.pick(CIPHERS))
  if (kind === 7) return Buffer.from(pkcs12, 'base64')
  const bytes = Buffer.from([root, cert, key, encryptedKey, `${cert}${root}`, `${key}${cert}`][kind]!)
  return source.oneIn(4) ? damaged(source, bytes, kind !== 3) : bytes
}

function damaged(source: ByteSource, bytes: Uint8Array, changes: boolean): Uint8Array {
  const at = source.word() % (bytes.length + 1)
  if (!changes || source.oneIn(2)) return bytes.subarray(0, at)
  if (at < bytes.length) bytes[at]! ^= source.byte()
  return bytes
}

const session: Kind = (source, { tls }: { readonly tls: TlsWorld }) => {
  if (source.oneIn(2)) return new Uint8Array(0)
  return damaged(source, Uint8Array.from(tls.session), true)
}

/** Memory that is kept for as long as the connection. */
const shared: Kind = (source, world) => {
  const view = out(source, world)
  world.owners.push(view as object)
  return view
}

const record: Kind = (source, world) => (source.oneIn(2) ? world.tls.changedRecord(source) : out(source, world))

export const tlsSignatures: Signatures = {
  tlsLoad: { kinds: [flag] },
  tlsContext: { kinds: [] },
  tlsContextUse: {
    kinds: [changeable, of(SETTINGS), secret, bytesOf([PASSPHRASE, '', 'another', 'x'.repeat(5000)])],
  },
  tlsContextVersions: { kinds: [changeable, of(VERSIONS), of(VERSIONS)] },
  tlsParsedRoots: { kinds: [] },
  tlsSetRoots: { kinds: [secret] },
  tlsTrustRoots: { kinds: [changeable] },
  tlsFailure: { kinds: [] },
  tlsCountAlive: { kinds: [] },
  tlsConnection: { kinds: [context, fd, int, of(HOSTS), of(HOSTS), of(PROTOCOLS), session] },
  tlsShare: { kinds: [connection, shared] },
  tlsPrepend: { kinds: [connection, record] },
  tlsHandshake: { kinds: [connection, timeout] },
  tlsSetContext: { kinds: [connection, (source, world) => (source.oneIn(3) ? null : context(source, world))] },
  tlsRecv: { kinds: [connection, memory, flags, timeout] },
  tlsSend: { kinds: [connection, memory, flags, timeout] },
  tlsSendFile: { kinds: [connection, of([file, -1]), of([0, 1, -1, 2 ** 53]), of([0, 1, 5, 2 ** 31, -1]), timeout] },
  tlsEnd: { kinds: [connection] },
  tlsUnwrap: { kinds: [connection, timeout] },
  tlsTakeBuffered: { kinds: [connection] },
  tlsFree: { kinds: [connection] },
  tlsFacts: { kinds: [connection] },
  tlsPeerCertificate: { kinds: [connection, int] },
  tlsBytes: { kinds: [connection, of(SUBJECTS)] },
  tlsExportKeyingMaterial: { kinds: [connection, of(EXPORT_SIZES), bytesOf(LABELS), out, flag] },
  tlsTakeKeyLines: { kinds: [connection] },
}
