// The targets.

import type { Target } from './target.js'
import { addon, addonTls } from './targets/addon.js'
import { addresses } from './targets/addresses.js'
import { awaited } from './targets/awaited.js'
import { httpReply } from './targets/http-reply.js'
import { httpResponse } from './targets/http-response.js'
import { messages } from './targets/messages.js'
import { options } from './targets/options.js'
import { proxyHeader } from './targets/proxy-header.js'
import { publicInterface } from './targets/public-interface.js'
import { reader } from './targets/reader.js'
import { traceFile } from './targets/trace-file.js'

export const targets: readonly Target[] = [
  proxyHeader,
  reader,
  traceFile,
  httpReply,
  httpResponse,
  addresses,
  options,
  publicInterface,
  awaited,
  addon,
  addonTls,
  messages,
]
