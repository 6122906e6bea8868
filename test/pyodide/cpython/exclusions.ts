// Tests that cannot pass in WebAssembly whatever the sockets do, each with its reason. A test is counted unless what it reports
// says that it lacks one of these.

interface Exclusion {
  readonly reason: string
  readonly says: RegExp
}

const EXCLUSIONS: readonly Exclusion[] = [
  { reason: 'need epoll, which Emscripten has not', says: /selectors\.EpollSelector|EPollEventLoopTests/ },
  { reason: 'need signal.alarm or setitimer, which CPython leaves out for Emscripten', says: /alarm|setitimer/ },
  { reason: 'need the module fcntl, which Pyodide leaves out', says: /need fcntl|has no attribute 'fcntl'/ },
  { reason: 'need AF_UNIX, which CPython leaves out for Emscripten', says: /AF_UNIX|Unix domain|UNIX Sockets/i },
  { reason: 'need IPv6, which CPython leaves out for Emscripten', says: /test_server_test_ipv6/ },
  {
    reason: 'need AF_VSOCK, AF_CAN, ..., which musl in Emscripten leaves out',
    says: /Linux specific test|VSOCK|vsock/,
  },
  { reason: 'need TLS, which Pyodide has without OpenSSL', says: /ssl|HTTPSConnection/ },
  { reason: 'need the module _testcapi, which Pyodide leaves out', says: /_testcapi/ },
  { reason: 'need os.sendfile or socket.sethostname, which are left out', says: /os\.sendfile|sethostname/ },
  { reason: 'need the module resource, which is left out', says: /resource module/ },
  {
    reason: 'test a correction that Debian has, and CPython 3.11.3 of this Pyodide has not',
    says: /test_invalid_tunnel_(headers|host)|test_ftpcp_ignores_untrusted_pasv_host/,
  },
]

/** Why a test that did not pass is not counted; null where it is. */
export function exclusionOf(id: string, text: string): string | null {
  return EXCLUSIONS.find(({ says }) => says.test(id) || says.test(text))?.reason ?? null
}
