// The parts of the package, in the package only: code that is loaded when it is first used. See scripts/package/parts.mjs.
//
// A part is a file in CommonJS, because only that can be loaded in the middle of a call. It exports a function that makes its
// modules: an object of exported bindings for each. A part takes what it needs of others, and of the core, from here.

import nodeModule from 'node:module'

const here = import.meta.url

let requireHere

/** `require` of a file of the package. Making it takes half a millisecond, so it is made when a part is loaded. */
function requiring() {
  // `here` is undefined in a bundle for CommonJS. Node's own modules are found from any file.
  requireHere ??= nodeModule.createRequire(here ?? process.execPath)
  return requireHere
}

/** Loads a module of Node's own. process.getBuiltinModule came with Node 20.16 and 22.3. */
export const load = (name) => process.getBuiltinModule?.(name) ?? requiring()(name)

/** The functions that make parts, where a bundler has put them into the program. */
const given = new Map()
/** The modules of each part that is loaded. */
const loaded = new Map()

let makeCore

/** @param make returns the modules of the core */
export function setCore(make) {
  makeCore = make
}

/** Adds parts that need no file: lib/for-bundlers does it. */
export function giveParts(parts) {
  for (const [name, make] of Object.entries(parts)) given.set(name, make)
}

function fileOf(name) {
  try {
    return requiring()(`./${name}.cjs`)
  } catch (error) {
    const isShortage = error?.code === 'EMFILE' || error?.code === 'ENFILE'
    // Its errno is not used: on Deno it has none.
    if (isShortage) throw part('core')['core/errors'].failure(-part('core')['native/errno'].errno[error.code], 'open')
    if (error?.code !== 'MODULE_NOT_FOUND') throw error
    const advice = "in a bundle, mark 'berkeley' as external"
    throw new Error(`berkeley: ${name}.cjs of the package is not beside the code that needs it: ${advice}`, {
      cause: error,
    })
  }
}

/** The modules of a part, which is loaded unless it is there. */
export function part(name) {
  let modules = loaded.get(name)
  if (modules === undefined) {
    modules = name === 'core' ? makeCore() : (given.get(name) ?? fileOf(name))(part, requiring(), here)
    loaded.set(name, modules)
  }
  return modules
}

/**
 * A function that loads what it calls.
 * @param isAsync whether it returns a promise, also where loading fails
 */
export function lazyFunction(partName, module, name, isAsync = false) {
  let found
  // A computed key gives a function its name.
  return {
    [name]: (...args) => {
      try {
        found ??= part(partName)[module][name]
      } catch (error) {
        if (isAsync) return Promise.reject(error)
        throw error
      }
      return found(...args)
    },
  }[name]
}

/** What a proxy intercepts for good. */
class Loaded {
  apply(_, self, args) {
    return Reflect.apply(this.use(), self, args)
  }

  construct(_, args, newTarget) {
    return Reflect.construct(this.use(), args, newTarget === this.proxy ? this.use() : newTarget)
  }

  use() {
    return this.found
  }
}

/** What a proxy intercepts until its class is loaded. */
class Unloaded extends Loaded {
  constructor(target, find) {
    super()
    this.find = find
    this.target = target
    this.proxy = new Proxy(target, this)
  }

  use() {
    const { target, proxy } = this
    const found = this.find()
    this.found = found
    Object.setPrototypeOf(this, Loaded.prototype)
    Object.defineProperties(target, Object.getOwnPropertyDescriptors(found))
    Object.setPrototypeOf(target, Object.getPrototypeOf(found))
    Object.defineProperty(found.prototype, 'constructor', { value: proxy })
    return found
  }
}

for (const trap of [
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'has',
  'isExtensible',
  'ownKeys',
  'preventExtensions',
  'set',
  'setPrototypeOf',
]) {
  Unloaded.prototype[trap] = function (...args) {
    this.use()
    return Reflect[trap](...args)
  }
}

/**
 * A class that is loaded when anything is done with it: a proxy. Its target gets the static members of the class, so that
 * nothing but constructing remains to be intercepted, and the objects of the class name the proxy as their constructor: a
 * program meets one identity.
 *
 * The target is a bound function, because that constructs and has no `prototype` of its own, which could not be replaced.
 */
export function lazyClass(partName, module, name) {
  const target = Object.defineProperty(class {}.bind(), 'name', { value: name, configurable: true })
  return new Unloaded(target, () => part(partName)[module][name]).proxy
}
