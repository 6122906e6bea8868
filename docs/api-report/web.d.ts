/// <reference types="node" />
import { TlsOptions, WebStreams } from "./index.js";
import "node:fs/promises";
import "node:tls";
import "node:crypto";
import "node:events";
import "node:worker_threads";
import "node:net";
import "node:stream";
import "node:stream/web";
interface SocketAddress {
    readonly hostname: string;
    readonly port: number;
}
type SecureTransport = "off" | "on" | "starttls";
interface ConnectOptions {
    readonly secureTransport?: SecureTransport;
    readonly allowHalfOpen?: boolean;
    readonly sni?: string;
    readonly alpn?: readonly string[];
    readonly tls?: TlsOptions;
}
interface SocketInfo {
    readonly remoteAddress: string | null;
    readonly localAddress: string | null;
    readonly alpn: string | null;
}
interface StartTlsOptions extends TlsOptions {
    readonly expectedServerHostname?: string;
}
declare class StreamSocket {
    #private;
    readonly readable: WebStreams["readable"];
    readonly writable: WebStreams["writable"];
    readonly opened: Promise<SocketInfo>;
    readonly closed: Promise<undefined>;
    readonly secureTransport: SecureTransport;
    get upgraded(): boolean;
    close(): Promise<undefined>;
    startTls(options?: StartTlsOptions): StreamSocket;
}
declare function connect(address: SocketAddress | string, options?: ConnectOptions): StreamSocket;
export { StreamSocket, connect };
export type { ConnectOptions, SecureTransport, SocketAddress, SocketInfo, StartTlsOptions };
