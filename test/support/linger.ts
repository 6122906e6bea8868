// SO_LINGER by its bytes.

import { SOL_SOCKET, type Socket } from 'berkeley'
import { native } from '../../src/native/addon.js'

/** Makes `close` wait so many seconds for what is unsent; 0 makes it reset the connection. */
export function linger(socket: Socket, seconds: number): void {
  const value = new Uint8Array(Int32Array.of(1, seconds).buffer)
  socket.setRawOption(SOL_SOCKET, native.constants['SO_LINGER']!, value)
}
