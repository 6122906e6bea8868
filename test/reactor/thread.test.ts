// By a thread of our own that waits on the set, as in runtimes without libuv.

import { testOnBell } from '../support/on-bell.js'

await testOnBell('thread')
