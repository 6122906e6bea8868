// By a thread of our own that waits on the set, as in runtimes without libuv.

import { testWithNotifier } from '../support/notifier-suites.js'

await testWithNotifier('thread')
