// The event-driven suites with a thread that waits on the epoll set, as in runtimes without libuv.

import { test } from 'node:test'
import { hasEpoll } from '../../src/readiness/epoll.js'
import { testWithNotifier } from '../support/notifier-suites.js'

if (hasEpoll) await testWithNotifier('thread')
else test('reactor: a thread that waits on the epoll set', { skip: 'this addon has no epoll' }, () => {})
