// Options, handlers and addresses in a program whose Object.prototype was extended: only the caller's own members count.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { OPTION_NAMES, own } from '../../src/core/own-options.js'
import { fixture, succeeds } from '../support/child.js'
import { root } from '../support/folders.js'

/** Interfaces whose members are read from an object of the caller's. */
const IS_READ = /(Options|Input|Handlers|Target|Listener|Lists|PollRequest)$/
/** Objects that are only made here. */
const OURS: ReadonlySet<string> = new Set(['ErrorTarget', 'Target'])

function declaredNames(): Set<string> {
  const names = new Set<string>()
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('cli'))) {
    const source = ts.createSourceFile(file, readFileSync(join(root, 'src', file), 'utf8'), ts.ScriptTarget.Latest)
    for (const node of source.statements) {
      if (!ts.isInterfaceDeclaration(node) || !IS_READ.test(node.name.text) || OURS.has(node.name.text)) continue
      for (const { name } of node.members) if (name !== undefined && ts.isIdentifier(name)) names.add(name.text)
    }
  }
  return names
}

test('own: knows every name of an option, a handler and an address', () => {
  const known = new Set(OPTION_NAMES)
  const unknown = [...declaredNames()].filter((name) => !known.has(name))
  assert.deepEqual(unknown, [], 'add them to both lists of src/core/own-options.ts')
})

test('own: leaves out what Object.prototype has, and keeps what the object has from elsewhere', () => {
  class Options {
    get timeout(): number {
      return 1
    }
  }
  for (const name of OPTION_NAMES) {
    // Without a prototype, and no data property of Object.prototype may stay behind: a descriptor inherits, too.
    const descriptor = Object.assign(Object.create(null), { configurable: true, value: 'polluted' })
    Object.defineProperty(Object.prototype, name, descriptor)
    let seen: (unknown | undefined)[]
    try {
      const given = { [name]: undefined, other: 2 } as Record<string, unknown>
      seen = [own({} as Record<string, unknown>)[name], own(given)[name], own(new Options()).timeout]
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
    assert.deepEqual(seen, [undefined, undefined, 1], name)
  }
  const given = { timeout: 1 }
  assert.equal(own(given), given)
})

test('options: an extended Object.prototype changes no call', async (context) => {
  await succeeds(context, fixture('core/extended-object-prototype'))
})
