// The event-driven suites with a thread that waits on the epoll set, as in runtimes without libuv.

import { testOnBell } from '../support/on-bell.js'

await testOnBell('thread')
