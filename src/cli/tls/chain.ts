// The certificates that a server shows, and the authority at the end of their chain.

import { X509Certificate } from 'node:crypto'
import * as nodeTls from 'node:tls'

/** A certificate as it is reported. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** The names that it is for: `DNS:example.org`, `IP Address:192.0.2.1`. */
  readonly names: readonly string[]
  readonly validFrom: string
  readonly validTo: string
  /** Whole days until it expires; negative once it has. */
  readonly daysLeft: number
  readonly key: string
  readonly serialNumber: string
  readonly fingerprint256: string
}

const DAY_MS = 86_400_000

/** `C=US, O=..., CN=...`: a name in one line. */
export function nameInLine(name: string | undefined): string {
  return name === undefined || name === '' ? '(no name)' : name.split('\n').join(', ')
}

/** The names of a certificate. Node puts a name with a comma or a quotation mark into quotation marks. */
export function namesOf({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName?.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map((name) => name.trim())
}

function keyOf(certificate: X509Certificate): string {
  try {
    const { asymmetricKeyType = 'unknown', asymmetricKeyDetails: details } = certificate.publicKey
    const type = asymmetricKeyType.toUpperCase()
    if (details?.modulusLength !== undefined) return `${type}, ${details.modulusLength} bits`
    return details?.namedCurve === undefined ? type : `${type}, ${details.namedCurve}`
  } catch {
    return 'of a kind that this version of Node does not know'
  }
}

/** What is reported of a certificate. */
export function factsOf(certificate: X509Certificate, now: number): CertificateFacts {
  const { subject, issuer, validFrom, validTo, serialNumber, fingerprint256 } = certificate
  const expires = Date.parse(validTo)
  return {
    subject: nameInLine(subject),
    issuer: nameInLine(issuer),
    names: namesOf(certificate),
    validFrom: new Date(validFrom).toISOString(),
    validTo: new Date(expires).toISOString(),
    daysLeft: Math.floor((expires - now) / DAY_MS),
    key: keyOf(certificate),
    serialNumber,
    fingerprint256,
  }
}

/** Newer versions of Node have a function that also honours --use-system-ca and --use-openssl-ca. */
interface NewerTls {
  readonly getCACertificates?: (kind: 'default') => string[]
}

/** The authorities to trust: those of `--cacert`, or those of node:tls. */
export function authorities(pem: string | undefined): X509Certificate[] {
  const { getCACertificates } = nodeTls as NewerTls
  const all = pem ?? (getCACertificates?.('default') ?? nodeTls.rootCertificates).join('\n')
  const blocks = all.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [A-Z0-9 ]+-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** Where the chain of a certificate ends. */
export interface ChainEnd {
  /** The last certificate that the server has shown. */
  readonly last: X509Certificate
  /** The authority that has issued it, if that is trusted. */
  readonly authority: X509Certificate | undefined
}

/** Follows the issuers from the server's own certificate, which is the first, to a trusted authority. */
export function endOfChain(shown: readonly X509Certificate[], trusted: readonly X509Certificate[]): ChainEnd {
  const rest = new Set(shown.slice(1))
  for (let last = shown[0]!; ; ) {
    const known = trusted.find(({ fingerprint256 }) => fingerprint256 === last.fingerprint256)
    const authority = known ?? trusted.find((one) => isIssuedBy(last, one))
    const next = [...rest].find((one) => isIssuedBy(last, one))
    if (authority !== undefined || next === undefined) return { last, authority }
    rest.delete(next)
    last = next
  }
}
