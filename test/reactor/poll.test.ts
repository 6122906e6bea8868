// The event-driven suites with a thread that polls each socket, as on systems without epoll.

import { testOnBell } from '../support/on-bell.js'

await testOnBell('poll')
