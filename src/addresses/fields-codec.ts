// The codec of the families whose addresses are plain structures of fields. A family is a row of linux-families.ts: the
// forms of its addresses, and the fields of each. The addon says where the fields are: native/platform/layouts.cc. An
// address crosses as the bytes after its family, in place of a host: see frame.ts.

import { Bytes, copyInto, lengthOf, partOf } from '../core/intrinsics.js'
import { checkNames, type Names } from '../core/option-names.js'
import { own } from '../core/own-options.js'
import { checkObject, wrongType } from '../core/validate.js'
import { type AddressField, type AddressLayout, native } from '../native/addon.js'
import type { Family } from '../native/constant-kinds.js'
import type { AddressCodec, FamilyRules } from './codec.js'
import { checkFamily } from './family.js'
import type { FieldKind } from './field-kinds.js'
import { frameBytes, setFrame, setFrameBytes, WHOLE_SOCKADDR } from './frame.js'
import type { LinuxAddress } from './linux-types.js'
import type { Address, AddressInput } from './types.js'

/** A field of a form. Without a default, an address must have it, and it says which form the address has. */
export interface FormField {
  readonly kind: FieldKind
  readonly default?: unknown
}

/** One form of a family's addresses: protocols of one family may have different ones. */
interface AddressForm {
  /** The name of its structure in the addon. */
  readonly layout: string
  readonly fields: Readonly<Record<string, FormField>>
  /** The value of the structure's `kind`, where the forms of a family have the same size. */
  readonly kind?: number
}

/** A family as a row of the table. */
export interface FieldFamily {
  readonly name: LinuxAddress['family']
  readonly family: Family
  readonly rules: FamilyRules
  /** Its forms. Where an address fits several, the first is taken. */
  readonly forms: readonly AddressForm[]
  /** Members that only addresses of this family have. */
  readonly marks: readonly string[]
}

const KIND = 'kind'

let layouts: Readonly<Record<string, AddressLayout>> | undefined

/** Where the fields of a form are. The addon is asked with the first address, so that importing costs nothing. */
function layoutOf(form: AddressForm): AddressLayout {
  layouts ??= native.addressLayouts()
  return layouts[form.layout]!
}

function fieldOf(layout: AddressLayout, name: string): AddressField {
  return layout.fields[name]!
}

/** Whether the bytes have all fields of a form. */
function fits(form: AddressForm, bytes: Uint8Array): boolean {
  const layout = layoutOf(form)
  const size = lengthOf(bytes)
  if (form.kind !== undefined && bytes[fieldOf(layout, KIND).offset] !== form.kind) return false
  return Object.entries(form.fields).every(([name, { kind }]) => {
    const field = fieldOf(layout, name)
    return field.offset + (kind.isOpen ? 1 : field.size) <= size
  })
}

function decodeFields(form: AddressForm, bytes: Uint8Array): Record<string, unknown> {
  const layout = layoutOf(form)
  const decoded: Record<string, unknown> = {}
  for (const [name, { kind }] of Object.entries(form.fields)) {
    const { offset, size, littleEndian } = fieldOf(layout, name)
    decoded[name] = kind.decode(
      partOf(bytes, offset, kind.isOpen ? lengthOf(bytes) : offset + size),
      littleEndian !== 0,
    )
  }
  return decoded
}

/**
 * The address in the bytes after a family.
 * @returns the address in the raw form where the bytes have no form of the family
 */
function decodeForm({ name, family, forms }: FieldFamily, bytes: Buffer): Address {
  // Bytes that are enough for a long structure are enough for a short one too. The kernel meant the longest that fits.
  const fitting = forms.filter((form) => fits(form, bytes))
  const form = fitting.reduce<AddressForm | undefined>(
    (largest, each) => (largest === undefined || layoutOf(each).size > layoutOf(largest).size ? each : largest),
    undefined,
  )
  if (form === undefined) return { family: 'raw', value: family, bytes }
  return { family: name, ...decodeFields(form, bytes) } as Address
}

/** The form of an address that is given: the first of which it has all fields without a default. */
function formOf({ name, forms }: FieldFamily, given: Readonly<Record<string, unknown>>): AddressForm {
  const required = (form: AddressForm): string[] =>
    Object.keys(form.fields).filter((field) => !('default' in form.fields[field]!))
  const form = forms.find((candidate) => required(candidate).every((field) => given[field] !== undefined))
  if (form !== undefined) return form
  const expected = forms.map((each) => required(each).join(' and ')).join(', or ')
  throw wrongType('address', `an address of ${name}, which has ${expected}`, given)
}

/**
 * The bytes after the family of an address.
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when a field is missing or of the wrong type
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when a field is invalid, or one is of another form
 * @throws RangeError `ERR_OUT_OF_RANGE` when a number or a length is too large
 */
function encodeForm(family: FieldFamily, address: object): Uint8Array {
  checkObject(address, 'address')
  const given = own(address) as Readonly<Record<string, unknown>>
  const form = formOf(family, given)
  // A member of another form or family would have no effect.
  checkNames(address, 'address', { family: true, ...form.fields } as Names<object>, (value) => value !== undefined)
  const layout = layoutOf(form)
  let bytes = new Bytes(layout.size)
  if (form.kind !== undefined) bytes[fieldOf(layout, KIND).offset] = form.kind
  for (const [name, row] of Object.entries(form.fields)) {
    const { offset, size, littleEndian } = fieldOf(layout, name)
    const value = given[name] ?? row.default
    const encoded = row.kind.encode(value, `address.${name}`, size, littleEndian !== 0)
    bytes = withRoom(bytes, offset + lengthOf(encoded))
    copyInto(bytes, encoded, offset)
  }
  return bytes
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size <= lengthOf(bytes)) return bytes
  const larger = new Bytes(size)
  copyInto(larger, bytes)
  return larger
}

/** The codec of a row. */
export function fieldsCodec(row: FieldFamily): AddressCodec {
  const families = [row.family]
  return {
    name: row.name,
    family: row.family,
    rules: row.rules,
    matches: (address) => row.marks.some((mark) => mark in address),
    encode(address: AddressInput) {
      checkFamily(address.family, 'address.family', families)
      const bytes = encodeForm(row, address)
      setFrame(row.family, WHOLE_SOCKADDR, 0, 0, lengthOf(bytes))
      setFrameBytes(bytes)
      native.encodeAddress()
      return null
    },
    decode: () => decodeForm(row, frameBytes()),
    describe: (address) => ({ address: fieldsText(address) }),
  }
}

/** The fields of an address in words: `cid 2, port 1024`. */
export function fieldsText(address: object): string {
  const fields = Object.entries(address).filter(([name, value]) => name !== 'family' && value !== undefined)
  return fields.map(([name, value]) => `${name} ${value}`).join(', ')
}
