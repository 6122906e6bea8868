// The event-driven suites with a thread that waits on the epoll set, as in runtimes without libuv.

import { testWithNotifier } from '../support/notifier-suites.js'

await testWithNotifier('thread')
