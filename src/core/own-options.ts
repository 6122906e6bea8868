// What a caller gives as options, handlers or an address, without what Object.prototype has.
//
// Facts: a program whose Object.prototype was extended, by a merge of untrusted JSON say, has the new member in every object:
// `{}.timeout` is a number then. Such a merge assigns, so the member is enumerable. Most programs never extend it.
// Consequence: whatever reads the fields of a caller's object passes the object through `own` first. Members of the object
// itself count, and members that it has from a prototype of its own, as an instance of a class with getters has them;
// those of Object.prototype do not.

const { create, getPrototypeOf, prototype: objectPrototype } = Object
const { get, ownKeys } = Reflect

/** An object with the members of Object.prototype and no others. */
const none = Object.freeze({})

/** Whether Object.prototype has enumerable members. Optimized code finds that out in a few nanoseconds. */
function isExtended(): boolean {
  for (const _name in none) return true
  return false
}

/** Returns `given`; where Object.prototype was extended, a copy of what is the caller's own. */
export function own<Given extends object>(given: Given): Given {
  return isExtended() ? copyOfOwn(given) : given
}

/** The members of the object, and of each prototype of it before Object.prototype. */
function copyOfOwn<Given extends object>(given: Given): Given {
  const copy = create(null) as Record<PropertyKey, unknown>
  for (let at: object | null = given; at !== null && at !== objectPrototype; at = getPrototypeOf(at)) {
    for (const name of ownKeys(at)) if (!(name in copy)) copy[name] = get(given, name)
  }
  return copy as Given
}
