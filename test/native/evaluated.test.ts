// JavaScript that runs during a wait. The look whether JavaScript may still run is a call, in which an inspector session of
// a worker may evaluate anything: take memory and descriptors away from the verb that waits, or call verbs itself.

import { test } from 'node:test'
import { hasEpoll } from '../../src/readiness/epoll.js'
import { fixture, succeeds } from '../support/child.js'
import { slowResolver, slowResolverMissing } from '../support/preload.js'
import { noThreadStates } from '../support/threads.js'

const scenarios = {
  'evaluated-memory': [
    'recvInto: the memory is detached',
    'recvInto: the memory for few bytes is detached',
    'recvInto: the memory is shrunk',
    'recvInto: the memory is enlarged',
    'recvFromInto: the memory is detached',
    'sendAll: the memory is detached after a part',
    'poll: the rows are shrunk, or enlarged',
    'recvInto: the memory of MSG_WAITALL is detached after a part',
  ],
  'evaluated-calls': [
    'poll: a socket is closed, and another one is ready',
    'Selector: sockets enter and leave during the wait',
    'Selector: it is closed, and its descriptor is another file',
    'Selector: its set is rebuilt',
    'recv: the socket is closed, and its number is another socket',
    'recv: a part of MSG_WAITALL that came before the socket is closed',
    'every verb: the socket is closed',
    'other verbs change nothing of the one that waits',
    'a datagram has its own sender',
    'two receives of one size have a buffer each',
    'a reader that receives is not read from',
    'a trace that is ended',
    'connect: the socket is closed',
  ],
}

const noEpoll = hasEpoll ? false : 'this addon has no epoll'
const skips: Readonly<Record<string, string | false>> = { 'Selector: its set is rebuilt': noEpoll }

for (const [program, names] of Object.entries(scenarios)) {
  for (const name of names) {
    test(`evaluated in a wait: ${name}`, { skip: noThreadStates || (skips[name] ?? false) }, async (context) => {
      await succeeds(context, fixture(`native/${program}`), [name])
    })
  }
}

const slowScenarios = {
  'evaluated-memory': 'recvInto, sendAll: the memory is detached during a lookup',
  'evaluated-calls': 'a lookup: the socket is closed',
}

for (const [program, name] of Object.entries(slowScenarios)) {
  test(`evaluated in a wait: ${name}`, { skip: noThreadStates || slowResolverMissing() }, async (context) => {
    await succeeds(context, fixture(`native/${program}`), [name], { env: slowResolver(2000) })
  })
}
