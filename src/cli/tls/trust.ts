// Why a certificate is trusted, or is not.

import type { X509Certificate } from 'node:crypto'
import { authorities, type ChainEnd, endOfChain, nameInLine, namesOf } from './chain.js'

/** The verdict of OpenSSL, and its reason in words. */
export interface Trust {
  readonly isTrusted: boolean
  /** The code of node:tls; `null` for a certificate that is trusted. */
  readonly code: string | null
  readonly reason: string
  /** The authority at the end of the chain, if it is trusted. */
  readonly authority: string | null
}

/** What the reason is made from. */
interface Subject extends ChainEnd {
  readonly shown: readonly X509Certificate[]
  readonly host: string
  readonly now: number
}

const date = (text: string): string => new Date(text).toISOString().slice(0, 10)

function expired({ shown, now }: Subject): string {
  const one = shown.find(({ validTo }) => Date.parse(validTo) < now)
  return one === undefined
    ? 'a certificate of an authority has expired'
    : `${nameInLine(one.subject)} expired on ${date(one.validTo)}`
}

function notYetValid({ shown, now }: Subject): string {
  const one = shown.find(({ validFrom }) => Date.parse(validFrom) > now)
  return one === undefined
    ? 'a certificate of an authority is not yet valid'
    : `${nameInLine(one.subject)} is not valid before ${date(one.validFrom)}`
}

function missingIssuer({ last }: Subject): string {
  return `the issuer of the last certificate, ${nameInLine(last.issuer)}, is missing: the server did not send it, and it is no trusted authority`
}

function otherHost({ shown, host }: Subject): string {
  const names = namesOf(shown[0]!).join(', ')
  return `the certificate is for ${names === '' ? 'no name at all' : names}, and not for ${host}`
}

/** The reasons by the codes of node:tls. */
const REASONS: Readonly<Record<string, (subject: Subject) => string>> = {
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
  DEPTH_ZERO_SELF_SIGNED_CERT: () => 'the certificate is signed with its own key, and is no trusted authority',
  SELF_SIGNED_CERT_IN_CHAIN: ({ last }) =>
    `the chain ends at ${nameInLine(last.subject)}, which is no trusted authority`,
  UNABLE_TO_GET_ISSUER_CERT: missingIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: missingIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: missingIssuer,
  ERR_TLS_CERT_ALTNAME_INVALID: otherHost,
  INVALID_PURPOSE: () => 'the certificate is not for servers',
  INVALID_CA: () => 'a certificate of the chain is not that of an authority',
}

/**
 * The reason for a verdict.
 * @param shown the certificates that the server has shown, its own first
 * @param code the verdict: a code of node:tls, or `null` for a certificate that is trusted
 * @param cacert the authorities to trust, in PEM, in place of the usual ones
 */
export function trustOf(
  shown: readonly X509Certificate[],
  code: string | null,
  host: string,
  cacert: string | undefined,
  now: number,
): Trust {
  if (shown.length === 0)
    return { isTrusted: false, code, reason: 'the server has shown no certificate', authority: null }
  const end = endOfChain(shown, authorities(cacert))
  const name = end.authority === undefined ? null : nameInLine(end.authority.subject)
  const verdict = { isTrusted: code === null, code, authority: name }
  if (code === null) {
    return {
      ...verdict,
      reason: `the chain ends at ${name ?? 'a trusted authority'}, and the certificate is for ${host}`,
    }
  }
  const reason = REASONS[code]?.({ shown, host, now, ...end }) ?? 'OpenSSL refuses the certificate'
  return { ...verdict, reason }
}
