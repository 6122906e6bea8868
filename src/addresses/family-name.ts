// The `family` of an address that a caller gives: it may be left out, and otherwise has to be the socket's.

import { checkString, wrongValue } from '../core/validate.js'

/** @throws TypeError where a family is given that is not the wanted one */
export function checkFamily(given: unknown, wanted: string | undefined): void {
  if (given === undefined) return
  checkString(given, 'address.family')
  if (wanted === undefined || given === wanted) return
  throw wrongValue(`address.family is '${given}', but the socket's is '${wanted}'`)
}
