// The codecs of the families of linux-families.ts. families.ts asks for them where an address or a socket is of none of the
// usual families: in the package they are a part that is loaded then.

import type { AddressCodec } from './codec.js'
import { fieldsCodec } from './fields-codec.js'
import { linuxFamilies } from './linux-families.js'

/** Makes the codecs of the families that this system has. */
export function linuxCodecs(): readonly AddressCodec[] {
  return linuxFamilies.map(fieldsCodec)
}
