// The event-driven suites with a thread that polls each socket, as on systems without epoll.

import { testWithNotifier } from '../support/notifier-suites.js'

await testWithNotifier('poll')
