/// <reference types="node" />
import { FileHandle } from "node:fs/promises";
import { PeerCertificate } from "node:tls";
import { X509Certificate } from "node:crypto";
import { EventEmitter } from "node:events";
import { Worker, ResourceLimits } from "node:worker_threads";
import { AddressInfo, Server as Server$1 } from "node:net";
import { DuplexOptions as DuplexOptions$1, Duplex } from "node:stream";
import { ReadableStream, WritableStream } from "node:stream/web";
declare const kind: unique symbol;
type Closed<Name extends string> = number & {
    readonly [kind]: Name;
};
type Open<Name extends string> = number & {
    readonly [kind]?: Name;
};
type Family = Closed<"Family">;
type SocketType = Closed<"SocketType">;
type Shutdown = Closed<"Shutdown">;
type TcpState = Closed<"TcpState">;
type Protocol = Open<"Protocol">;
type Level = Open<"Level" | "Protocol">;
type AddressValue = Open<"AddressValue">;
type AlgorithmValue = Open<"AlgorithmValue">;
type ControlType = Open<"ControlType">;
type MessageFlag = Open<"MessageFlag">;
type PollEvent = Open<"PollEvent">;
type AddressInfoFlag = Open<"AddressInfoFlag">;
type NameInfoFlag = Open<"NameInfoFlag">;
type TimestampingFlag = Open<"TimestampingFlag">;
type PathMtuDiscovery = Open<"PathMtuDiscovery">;
type TypeOfService = Open<"TypeOfService">;
type AddressPreference = Open<"AddressPreference">;
type TransmitTimeFlag = Open<"TransmitTimeFlag">;
type Clock = Open<"Clock">;
type BufferLock = Open<"BufferLock">;
type Limit = Open<"Limit">;
interface NetlinkAddress {
    readonly family: "netlink";
    readonly pid: number;
    readonly groups: AddressValue;
}
interface PacketAddress {
    readonly family: "packet";
    readonly protocol: Protocol;
    readonly interface: number;
    readonly hardwareType: number;
    readonly packetType: AddressValue;
    readonly hardwareAddress: string;
}
interface VsockAddress {
    readonly family: "vsock";
    readonly cid: AddressValue;
    readonly port: AddressValue;
    readonly flags: AddressValue;
}
interface CanAddress {
    readonly family: "can";
    readonly interface: number;
}
interface CanIsotpAddress extends CanAddress {
    readonly rxId: number;
    readonly txId: number;
}
interface CanJ1939Address extends CanAddress {
    readonly name: bigint;
    readonly pgn: AddressValue;
    readonly address: AddressValue;
}
interface AlgAddress {
    readonly family: "alg";
    readonly type: string;
    readonly name: string;
    readonly feature: number;
    readonly mask: number;
}
interface XdpAddress {
    readonly family: "xdp";
    readonly interface: number;
    readonly queue: number;
    readonly flags: number;
    readonly sharedUmemFd: number;
}
interface QipcrtrAddress {
    readonly family: "qipcrtr";
    readonly node: number;
    readonly port: number;
}
interface TipcRangeAddress {
    readonly family: "tipc";
    readonly type: number;
    readonly lower: number;
    readonly upper: number;
    readonly scope: AddressValue;
}
interface TipcServiceAddress {
    readonly family: "tipc";
    readonly type: number;
    readonly instance: number;
    readonly domain: number;
    readonly scope: AddressValue;
}
interface TipcSocketAddress {
    readonly family: "tipc";
    readonly ref: number;
    readonly node: number;
    readonly scope: AddressValue;
}
interface BluetoothHciAddress {
    readonly family: "bluetooth";
    readonly device: number;
    readonly channel: AddressValue;
}
interface BluetoothScoAddress {
    readonly family: "bluetooth";
    readonly address: string;
}
interface BluetoothRfcommAddress extends BluetoothScoAddress {
    readonly channel: number;
}
interface BluetoothL2capAddress extends BluetoothScoAddress {
    readonly psm: number;
    readonly channelId: number;
    readonly addressType: AddressValue;
}
type LinuxAddress = NetlinkAddress | PacketAddress | VsockAddress | CanAddress | CanIsotpAddress | CanJ1939Address | AlgAddress | XdpAddress | QipcrtrAddress | TipcRangeAddress | TipcServiceAddress | TipcSocketAddress | BluetoothHciAddress | BluetoothScoAddress | BluetoothRfcommAddress | BluetoothL2capAddress;
type Given<Kind extends LinuxAddress, Optional extends keyof Kind = never> = Kind extends LinuxAddress ? {
    readonly [Name in Exclude<keyof Kind, Optional | "family" | "interface">]: Kind[Name];
} & {
    readonly [Name in Optional]?: Kind[Name];
} & {
    readonly [Name in "interface" & keyof Kind]: number | string;
} & {
    readonly family?: Kind["family"] | Family;
} : never;
type LinuxInput = Given<NetlinkAddress, "groups"> | Given<PacketAddress, "protocol" | "hardwareType" | "packetType" | "hardwareAddress"> | Given<VsockAddress, "flags"> | Given<CanAddress> | Given<CanIsotpAddress> | Given<CanJ1939Address, "name" | "pgn"> | Given<AlgAddress, "feature" | "mask"> | Given<XdpAddress, "flags" | "sharedUmemFd"> | Given<QipcrtrAddress> | Given<TipcRangeAddress, "scope"> | Given<TipcServiceAddress, "domain" | "scope"> | Given<TipcSocketAddress, "scope"> | Given<BluetoothHciAddress, "channel"> | Given<BluetoothScoAddress> | Given<BluetoothRfcommAddress> | Given<BluetoothL2capAddress, "channelId" | "addressType">;
interface InetAddress {
    readonly family: "inet";
    readonly host: string;
    readonly port: number;
}
interface Inet6Address {
    readonly family: "inet6";
    readonly host: string;
    readonly port: number;
    readonly flowInfo: number;
    readonly scopeId: number;
}
interface UnixPathAddress {
    readonly family: "unix";
    readonly path: string;
}
interface UnixAbstractAddress {
    readonly family: "unix";
    readonly abstract: Buffer;
}
interface UnixUnnamedAddress {
    readonly family: "unix";
}
interface RawAddress {
    readonly family: "raw";
    readonly value: number;
    readonly bytes: Buffer;
}
type HostAddress = InetAddress | Inet6Address;
type UnixAddress = UnixPathAddress | UnixAbstractAddress | UnixUnnamedAddress;
type Address = HostAddress | UnixAddress | LinuxAddress | RawAddress;
interface HostInput {
    readonly family?: "inet" | "inet6" | Family;
    readonly host: string;
    readonly port: number;
    readonly flowInfo?: number;
    readonly scopeId?: number;
}
interface UnixPathInput {
    readonly family?: "unix" | Family;
    readonly path: string;
}
type UnixInput = UnixPathInput | {
    readonly family?: "unix" | Family;
    readonly abstract: string | Uint8Array;
} | {
    readonly family: "unix" | Family;
    readonly path?: undefined;
};
interface RawInput {
    readonly family: "raw";
    readonly value: number;
    readonly bytes: Uint8Array;
}
type AddressInput = HostInput | UnixInput | LinuxInput | RawInput;
interface ErrorTarget {
    readonly address?: string;
    readonly port?: number;
    readonly path?: string;
    readonly option?: string;
    readonly timeout?: number;
}
declare class SocketError extends Error {
    readonly code: string;
    readonly errno: number;
    readonly syscall: string;
    readonly address?: string;
    readonly port?: number;
    readonly path?: string;
    readonly option?: string;
    readonly errors?: readonly SocketError[];
    bytesSent?: number;
    partial?: Buffer;
    constructor(message: string, code: string, errnoValue: number, syscall: string, target?: ErrorTarget);
}
declare class WouldBlockError extends SocketError {
    readonly waitsFor?: "read" | "write";
}
declare class SocketTimeoutError extends SocketError {
    readonly timeout?: number;
}
declare class InterruptedError extends SocketError {
    readonly reason: "signal" | "thread";
    readonly signal?: NodeJS.Signals;
    constructor(syscall: string, target: ErrorTarget, signum: number);
}
declare class ResolveError extends Error {
    readonly code: string;
    readonly errno: number;
    readonly syscall: string;
    readonly hostname?: string;
    constructor(code: string, number: number, syscall: string, hostname: string | null, explanation: string);
}
declare class AbortError extends Error {
    readonly code = "ABORT_ERR";
    constructor(reason: unknown);
}
interface WaitOptions {
    readonly timeout?: number | null;
    readonly deadline?: number;
}
type OpenFile = number | FileHandle;
interface FlagOptions {
    readonly flags?: MessageFlag;
}
interface RangeOptions extends FlagOptions {
    readonly offset?: number;
    readonly length?: number;
}
interface TransferOptions extends FlagOptions, WaitOptions {
}
interface Received {
    readonly data: Buffer;
    readonly address: Address | null;
}
interface ReceivedInto {
    readonly bytes: number;
    readonly address: Address | null;
}
interface FileOptions {
    readonly offset?: number;
    readonly length?: number;
}
interface Readiness {
    readonly read: boolean;
    readonly write: boolean;
    readonly error: boolean;
    readonly hangup: boolean;
}
interface ReaderOptions {
    readonly maxLineBytes?: number;
    readonly encoding?: BufferEncoding;
    readonly requireEnd?: boolean;
}
interface LineOptions {
    readonly raw?: boolean;
    readonly requireEnd?: boolean;
}
type Data = string | ArrayBufferView | ArrayBufferLike;
type GatheredData = Data | readonly Data[];
type WritableData = ArrayBufferView | ArrayBufferLike;
interface SocketConversions {
}
interface FaceVerbs {
}
type OptionName = `${"IP" | "IPV6" | "MCAST" | "SO" | "TCP" | "UDP"}_${string}`;
type OptionFamily = "inet" | "inet6" | "unix";
type OptionSocketType = "stream" | "dgram" | "raw";
interface OptionRow {
    readonly name: OptionName;
    readonly levelName: string;
    readonly level: Level;
    readonly number: number;
    readonly supported: boolean;
    readonly access: "read" | "write" | "both";
    readonly type: string;
    readonly unit: string | undefined;
    readonly families: readonly OptionFamily[];
    readonly types: readonly OptionSocketType[];
    readonly platforms: readonly string[];
    readonly since: string | undefined;
    readonly man: string;
    readonly doc: string;
    readonly noEffect: string | undefined;
}
interface ReadableOption<Value> extends OptionRow {
    readonly access: "read" | "both";
    readonly size: number;
    decode(bytes: Uint8Array): Value;
}
interface WritableOption<Input> extends OptionRow {
    readonly access: "write" | "both";
    readonly indirect: boolean;
    encode(value: Input): Uint8Array;
    levelFor(value: Input): Level;
}
interface SocketOption<Value, Input = Value> extends ReadableOption<Value>, WritableOption<Input> {
    readonly access: "both";
}
type AnyOption = ReadableOption<unknown> | WritableOption<never> | SocketOption<unknown, never>;
declare abstract class SocketFace {
    #private;
    get family(): Family;
    get type(): SocketType;
    get protocol(): Protocol;
    get fd(): number;
    get closed(): boolean;
    get listening(): boolean;
    get localAddress(): Address | null;
    get peerAddress(): Address | null;
    get timeout(): number | null;
    setTimeout(ms: number | null): void;
    getSockName(): Address;
    getPeerName(): Address;
    bind(address: AddressInput, options?: WaitOptions): void;
    listen(backlog?: number): void;
    tryConnect(address: AddressInput): boolean;
    disconnect(): void;
    takeError(): SocketError | ResolveError | null;
    tryRecv(maxBytes: number, options?: FlagOptions): Buffer | null | undefined;
    tryRecvInto(buffer: WritableData, options?: RangeOptions): number | undefined;
    tryRecvFrom(maxBytes: number, options?: FlagOptions): Received | undefined;
    tryRecvFromInto(buffer: WritableData, options?: RangeOptions): ReceivedInto | undefined;
    trySend(data: GatheredData, options?: RangeOptions): number | undefined;
    trySendTo(data: Data, address: AddressInput, options?: RangeOptions): number | undefined;
    trySendFile(file: OpenFile, options?: FileOptions): number | undefined;
    tryWait(events: "read" | "write" | "both"): Readiness | undefined;
    getOption<Value>(option: ReadableOption<Value>): Value;
    setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void;
    getRawOption(level: Level, name: number): number;
    getRawOption(level: Level, name: number, length: number): Buffer;
    setRawOption(level: Level, name: number, value: number | Uint8Array): void;
    shutdown(how: "read" | "write" | "both"): void;
    detach(): number;
}
interface SocketFace extends FaceVerbs {
}
declare class SocketReader {
    #private;
    get bufferedBytes(): number;
    get ended(): boolean;
    readLine(options: WaitOptions & LineOptions & {
        readonly raw: true;
    }): Buffer | null;
    readLine(options?: WaitOptions & LineOptions & {
        readonly raw?: false;
    }): string | null;
    tryReadLine(options: LineOptions & {
        readonly raw: true;
    }): Buffer | null | undefined;
    tryReadLine(options?: LineOptions & {
        readonly raw?: false;
    }): string | null | undefined;
    readUntil(delimiter: string | Uint8Array, options?: WaitOptions): Buffer | null;
    tryReadUntil(delimiter: string | Uint8Array): Buffer | null | undefined;
    readExactly(count: number, options?: WaitOptions): Buffer | null;
    tryReadExactly(count: number): Buffer | null | undefined;
    readAll(options?: WaitOptions): Buffer;
    takeBuffered(): Buffer;
    [Symbol.iterator](): Generator<string, void, undefined>;
    [Symbol.asyncIterator](): never;
}
declare class Socket extends SocketFace {
    #private;
    constructor(family?: Family, type?: SocketType, protocol?: Protocol);
    static pair(family?: Family, type?: SocketType, protocol?: Protocol): [
        Socket,
        Socket
    ];
    static fromFd(fd: number): Socket;
    get blocking(): boolean;
    setBlocking(flag: boolean): void;
    accept(options?: WaitOptions): Socket;
    tryAccept(): Socket | undefined;
    connect(address: AddressInput, options?: WaitOptions): void;
    connectEx(address: AddressInput): number;
    recv(maxBytes: number, options?: TransferOptions): Buffer | null;
    recvInto(buffer: WritableData, options?: RangeOptions & WaitOptions): number;
    recvFrom(maxBytes: number, options?: TransferOptions): Received;
    recvFromInto(buffer: WritableData, options?: RangeOptions & WaitOptions): ReceivedInto;
    send(data: GatheredData, options?: RangeOptions & WaitOptions): number;
    sendAll(data: GatheredData, options?: RangeOptions & WaitOptions): void;
    sendTo(data: Data, address: AddressInput, options?: RangeOptions & WaitOptions): number;
    sendFile(file: OpenFile, options?: FileOptions & WaitOptions): number;
    sendFileAll(file: OpenFile, options?: FileOptions & WaitOptions): number;
    wait(events: "read" | "write" | "both", options?: WaitOptions): Readiness;
    close(): void;
    [Symbol.dispose](): void;
    dup(): Socket;
    reader(options?: ReaderOptions): SocketReader;
    chunks(maxBytes?: number): Generator<Buffer, void, undefined>;
    connections(): Generator<Socket, never, undefined>;
    [Symbol.iterator](): Generator<Socket | Buffer, void, undefined>;
    [Symbol.asyncIterator](): never;
}
interface Socket extends SocketConversions {
}
type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
type Pem = string | Uint8Array;
interface TlsContextOptions {
    readonly ca?: Pem | readonly Pem[];
    readonly cert?: Pem | readonly Pem[];
    readonly key?: Pem | readonly (Pem | {
        readonly pem: Pem;
        readonly passphrase?: string;
    })[];
    readonly passphrase?: string;
    readonly pfx?: Uint8Array | readonly (Uint8Array | {
        readonly buf: Uint8Array;
        readonly passphrase?: string;
    })[];
    readonly minVersion?: TlsVersion;
    readonly maxVersion?: TlsVersion;
    readonly ciphers?: string;
}
declare class TlsContext {
    #private;
    constructor(options?: TlsContextOptions);
}
interface TlsOptions extends TlsContextOptions {
    readonly secureContext?: TlsContext;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
    readonly checkServerIdentity?: (hostname: string, certificate: PeerCertificate) => Error | undefined;
    readonly ALPNProtocols?: readonly string[];
    readonly session?: Uint8Array;
    readonly requestCert?: boolean;
    readonly SNICallback?: (servername: string) => TlsContext | null | undefined;
    readonly keylog?: (line: Buffer) => void;
    readonly allowTruncation?: boolean;
}
interface WrapTlsOptions extends TlsOptions {
    readonly isServer?: boolean;
}
interface ResolveOptions extends WaitOptions {
    readonly family?: "inet" | "inet6" | Family;
    readonly type?: SocketType;
    readonly protocol?: Protocol;
    readonly flags?: AddressInfoFlag;
}
interface ResolvedAddress {
    readonly family: Family;
    readonly type: SocketType;
    readonly protocol: Protocol;
    readonly address: InetAddress | Inet6Address;
    readonly canonicalName?: string;
}
interface ReverseOptions extends WaitOptions {
    readonly flags?: NameInfoFlag;
}
interface ReversedAddress {
    readonly host: string;
    readonly service: string;
}
declare function resolve(host: string | null, port?: number | string | null, options?: ResolveOptions): ResolvedAddress[];
declare function reverse(address: HostInput, options?: ReverseOptions): ReversedAddress;
interface ConnectionOptions extends WaitOptions {
    readonly timeout?: number | null;
    readonly family?: "inet" | "inet6" | "unix" | Family;
    readonly localAddress?: string;
    readonly localPort?: number;
    readonly attemptDelay?: number;
}
type ConnectionTarget = AddressInput;
interface AsyncVerbs {
}
interface Supports {
    readonly edge: boolean;
    readonly oneShot: boolean;
}
interface AsyncOptions extends WaitOptions {
    readonly signal?: AbortSignal;
}
declare class AsyncSocketReader {
    #private;
    get bufferedBytes(): number;
    get ended(): boolean;
    readLine(options: AsyncOptions & LineOptions & {
        readonly raw: true;
    }): Promise<Buffer | null>;
    readLine(options?: AsyncOptions & LineOptions & {
        readonly raw?: false;
    }): Promise<string | null>;
    readUntil(delimiter: string | Uint8Array, options?: AsyncOptions): Promise<Buffer | null>;
    readExactly(count: number, options?: AsyncOptions): Promise<Buffer | null>;
    readAll(options?: AsyncOptions): Promise<Buffer>;
    takeBuffered(): Buffer;
    [Symbol.asyncIterator](): AsyncGenerator<string, void, undefined>;
}
interface AsyncTransferOptions extends FlagOptions, AsyncOptions {
}
type ConnectionsOptions = Pick<AsyncOptions, "signal">;
declare class AsyncSocket extends SocketFace implements AsyncDisposable {
    #private;
    constructor(family?: Family, type?: SocketType, protocol?: Protocol);
    static pair(family?: Family, type?: SocketType, protocol?: Protocol): [
        AsyncSocket,
        AsyncSocket
    ];
    static fromFd(fd: number): AsyncSocket;
    dup(): AsyncSocket;
    connect(address: AddressInput, options?: AsyncOptions): Promise<void>;
    connectEx(address: AddressInput, options?: AsyncOptions): Promise<number>;
    accept(options?: AsyncOptions): Promise<AsyncSocket>;
    tryAccept(): AsyncSocket | undefined;
    recv(maxBytes: number, options?: AsyncTransferOptions): Promise<Buffer | null>;
    recvInto(buffer: WritableData, options?: RangeOptions & AsyncOptions): Promise<number>;
    recvFrom(maxBytes: number, options?: AsyncTransferOptions): Promise<Received>;
    recvFromInto(buffer: WritableData, options?: RangeOptions & AsyncOptions): Promise<ReceivedInto>;
    send(data: GatheredData, options?: RangeOptions & AsyncOptions): Promise<number>;
    sendAll(data: GatheredData, options?: RangeOptions & AsyncOptions): Promise<void>;
    sendTo(data: Data, address: AddressInput, options?: RangeOptions & AsyncOptions): Promise<number>;
    sendFile(file: OpenFile, options?: FileOptions & AsyncOptions): Promise<number>;
    sendFileAll(file: OpenFile, options?: FileOptions & AsyncOptions): Promise<number>;
    readable(options?: AsyncOptions): Promise<void>;
    writable(options?: AsyncOptions): Promise<void>;
    reader(options?: ReaderOptions): AsyncSocketReader;
    chunks(maxBytes?: number, options?: AsyncOptions): AsyncGenerator<Buffer, void, undefined>;
    connections(options?: ConnectionsOptions): AsyncGenerator<AsyncSocket, void, undefined>;
    [Symbol.asyncIterator](): AsyncGenerator<AsyncSocket | Buffer, void, undefined>;
    ref(): this;
    unref(): this;
    close(): void;
    [Symbol.dispose](): void;
    [Symbol.asyncDispose](): Promise<void>;
    detach(): number;
    toBlocking(): Socket;
}
interface AsyncSocket extends AsyncVerbs {
}
interface SocketConversions {
    toAsync(): AsyncSocket;
}
interface OpenConnectionOptions extends ConnectionOptions, AsyncOptions {
}
declare function openConnection(target: ConnectionTarget, options?: OpenConnectionOptions): Promise<AsyncSocket>;
declare class DatagramBatch {
    #private;
    constructor(capacity: number, maxBytes: number);
    get capacity(): number;
    get maxBytes(): number;
    get length(): number;
    data(index: number): Buffer;
    address(index: number): Address | null;
    truncated(index: number): boolean;
    segmentSize(index: number): number;
    segments(index: number): Generator<Buffer, void, undefined>;
    clear(): void;
    add(data: Data, address?: AddressInput, segmentSize?: number): boolean;
}
declare class ReceivedFd implements Disposable {
    #private;
    get fd(): number;
    detach(): number;
    toSocket(): Socket;
    close(): void;
    [Symbol.dispose](): void;
}
interface PeerCredentials {
    readonly pid: number;
    readonly uid: number;
    readonly gid: number;
}
interface SocketMemory {
    readonly receiveAllocated: number;
    readonly receiveBuffer: number;
    readonly sendAllocated: number;
    readonly sendBuffer: number;
    readonly forwardAllocated: number;
    readonly sendQueued: number;
    readonly optionMemory: number;
    readonly backlog: number;
    readonly drops: number;
}
interface TransmitTime {
    readonly clock: Clock;
    readonly flags: TransmitTimeFlag;
}
interface PortRange {
    readonly low: number;
    readonly high: number;
}
type FilterInstruction = readonly [
    code: number,
    jt: number,
    jf: number,
    k: number
];
interface RepairWindow {
    readonly sndWl1: number;
    readonly sndWnd: number;
    readonly maxWindow: number;
    readonly rcvWnd: number;
    readonly rcvWup: number;
}
interface RepairOption {
    readonly kind: number;
    readonly value: number;
}
interface PacketInfo {
    readonly interface: number;
    readonly local: string;
    readonly destination: string;
}
interface PacketInfo6 {
    readonly interface: number;
    readonly address: string;
}
interface PacketTimes {
    readonly software: bigint | null;
    readonly hardware: bigint | null;
}
type ErrorOrigin = "none" | "local" | "icmp" | "icmp6" | "timestamping" | "zerocopy" | "txtime" | number;
interface QueuedError {
    readonly errno: number;
    readonly origin: ErrorOrigin;
    readonly type: number;
    readonly code: number;
    readonly info: number;
    readonly data: number;
    readonly offender: Address | null;
}
interface ControlValues {
    readonly SCM_RIGHTS: readonly ReceivedFd[];
    readonly SCM_CREDENTIALS: PeerCredentials;
    readonly SCM_PIDFD: ReceivedFd;
    readonly SCM_SECURITY: string;
    readonly SCM_TIMESTAMP: bigint;
    readonly SCM_TIMESTAMPNS: bigint;
    readonly SCM_TIMESTAMPING: PacketTimes;
    readonly SO_RXQ_OVFL: number;
    readonly SO_MARK: number;
    readonly IP_PKTINFO: PacketInfo;
    readonly IP_TTL: number;
    readonly IP_TOS: TypeOfService;
    readonly IP_RECVERR: QueuedError;
    readonly IP_ORIGDSTADDR: Address;
    readonly IPV6_PKTINFO: PacketInfo6;
    readonly IPV6_HOPLIMIT: number;
    readonly IPV6_TCLASS: number;
    readonly IPV6_RECVERR: QueuedError;
    readonly IPV6_ORIGDSTADDR: Address;
    readonly UDP_GRO: number;
}
type FdInput = number | {
    readonly fd: number;
};
interface ControlInputs {
    readonly SCM_RIGHTS: readonly FdInput[];
    readonly SCM_CREDENTIALS: PeerCredentials;
    readonly SCM_TXTIME: bigint;
    readonly SO_MARK: number;
    readonly IP_PKTINFO: Partial<PacketInfo>;
    readonly IP_TTL: number;
    readonly IP_TOS: TypeOfService;
    readonly IPV6_PKTINFO: Partial<PacketInfo6>;
    readonly IPV6_HOPLIMIT: number;
    readonly IPV6_TCLASS: number;
    readonly UDP_SEGMENT: number;
    readonly ALG_SET_OP: AlgorithmValue;
    readonly ALG_SET_IV: WritableData;
    readonly ALG_SET_AEAD_ASSOCLEN: number;
}
interface RawControl {
    readonly name?: undefined;
    readonly level: Level;
    readonly type: ControlType;
    readonly data: Buffer;
}
type ControlMessage = {
    readonly [Name in keyof ControlValues]: {
        readonly name: Name;
        readonly value: ControlValues[Name];
    };
}[keyof ControlValues] | RawControl;
type ControlInput = {
    readonly [Name in keyof ControlInputs]: {
        readonly name: Name;
        readonly value: ControlInputs[Name];
    };
}[keyof ControlInputs] | {
    readonly name?: undefined;
    readonly level: Level;
    readonly type: ControlType;
    readonly data: WritableData;
};
interface ReceiveMessageOptions extends FlagOptions {
    readonly controlBytes?: number;
}
interface SendMessageOptions extends FlagOptions {
    readonly address?: AddressInput;
    readonly control?: readonly ControlInput[];
}
type SendFdsOptions = Omit<SendMessageOptions, "control">;
interface MessageFacts {
    readonly address: Address | null;
    readonly control: readonly ControlMessage[];
    readonly flags: MessageFlag;
    readonly truncated: boolean;
    readonly controlTruncated: boolean;
    readonly endOfRecord: boolean;
    readonly outOfBand: boolean;
    readonly errorQueue: boolean;
}
interface ReceivedMessage extends MessageFacts {
    readonly data: Buffer;
}
interface ReceivedMessageInto extends MessageFacts {
    readonly bytes: number;
}
interface ReceivedFds {
    readonly data: Buffer;
    readonly fds: readonly ReceivedFd[];
    readonly address: Address | null;
    readonly flags: MessageFlag;
    readonly controlTruncated: boolean;
}
interface SendBatchOptions extends FlagOptions {
    readonly begin?: number;
}
interface AsyncVerbs {
    recvMsg(maxBytes: number, options?: ReceiveMessageOptions & AsyncOptions): Promise<ReceivedMessage | null>;
    recvMsgInto(buffers: WritableData | readonly WritableData[], options?: ReceiveMessageOptions & AsyncOptions): Promise<ReceivedMessageInto>;
    sendMsg(buffers: GatheredData, options?: SendMessageOptions & AsyncOptions): Promise<number>;
    sendFds(buffers: GatheredData, fds: readonly FdInput[], options?: SendFdsOptions & AsyncOptions): Promise<number>;
    recvFds(maxBytes: number, maxFds: number, options?: Omit<ReceiveMessageOptions, "controlBytes"> & AsyncOptions): Promise<ReceivedFds | null>;
    recvBatch(batch: DatagramBatch, options?: FlagOptions & AsyncOptions): Promise<number>;
    sendBatch(batch: DatagramBatch, options?: SendBatchOptions & AsyncOptions): Promise<number>;
}
interface FaceVerbs {
    tryRecvMsg(maxBytes: number, options?: ReceiveMessageOptions): ReceivedMessage | null | undefined;
    tryRecvMsgInto(buffers: WritableData | readonly WritableData[], options?: ReceiveMessageOptions): ReceivedMessageInto | undefined;
    trySendMsg(buffers: GatheredData, options?: SendMessageOptions): number | undefined;
    tryRecvBatch(batch: DatagramBatch, options?: FlagOptions): number | undefined;
    trySendBatch(batch: DatagramBatch, options?: SendBatchOptions): number | undefined;
}
interface SocketConversions {
    recvBatch(batch: DatagramBatch, options?: TransferOptions): number;
    sendBatch(batch: DatagramBatch, options?: SendBatchOptions & WaitOptions): number;
    recvMsg(maxBytes: number, options?: ReceiveMessageOptions & WaitOptions): ReceivedMessage | null;
    recvMsgInto(buffers: WritableData | readonly WritableData[], options?: ReceiveMessageOptions & WaitOptions): ReceivedMessageInto;
    sendMsg(buffers: GatheredData, options?: SendMessageOptions & WaitOptions): number;
    sendFds(buffers: GatheredData, fds: readonly FdInput[], options?: SendFdsOptions & WaitOptions): number;
    recvFds(maxBytes: number, maxFds: number, options?: Omit<ReceiveMessageOptions, "controlBytes"> & WaitOptions): ReceivedFds | null;
}
declare function resolveAsync(host: string | null, port?: number | string | null, options?: ResolveOptions & AsyncOptions): Promise<ResolvedAddress[]>;
declare function createConnection(target: ConnectionTarget, options?: ConnectionOptions): Socket;
interface ServerOptions {
    readonly backlog?: number;
    readonly reusePort?: boolean;
    readonly dualStack?: boolean;
    readonly mode?: number;
    readonly removeStale?: boolean;
}
type ServerTarget = AddressInput;
declare class ListeningSocket<At extends Address = Address> extends Socket {
    get address(): At;
    getSockName(): At;
    [Symbol.iterator](): Generator<Socket, never, undefined>;
}
declare function createServer(target: HostInput, options?: ServerOptions): ListeningSocket<HostAddress>;
declare function createServer(target: UnixPathInput, options?: ServerOptions): ListeningSocket<UnixPathAddress>;
declare function createServer(target: ServerTarget, options?: ServerOptions): ListeningSocket;
declare function interruptThread(threadId: number): boolean;
declare function inetPton(family: Family, address: string): Buffer;
declare function inetNtop(family: Family, bytes: Uint8Array): string;
interface PassedSocket {
    readonly name: string;
    readonly socket: Socket;
}
interface ListenFdsOptions {
    readonly keepEnvironment?: boolean;
}
declare function listenFds(options?: ListenFdsOptions): PassedSocket[];
declare function dupFd(fd: number): Socket;
interface HandOver {
    readonly stdio: ("inherit" | number)[];
    readonly env: NodeJS.ProcessEnv;
}
declare function handOver(sockets: Readonly<Record<string, Socket>>): HandOver;
interface SharedSocket {
    readonly offer: number;
    readonly timeout: number | null;
}
declare function share(socket: Socket | AsyncSocket): SharedSocket;
declare function adopt(shared: SharedSocket): Socket;
declare function unshare(shared: SharedSocket): boolean;
declare function cmsgLen(length: number): number;
declare function cmsgSpace(length: number): number;
declare function controlValue<Name extends keyof ControlValues>(control: readonly ControlMessage[], name: Name): ControlValues[Name] | undefined;
type ErrnoName = "E2BIG" | "EACCES" | "EADDRINUSE" | "EADDRNOTAVAIL" | "EADV" | "EAFNOSUPPORT" | "EAGAIN" | "EWOULDBLOCK" | "EALREADY" | "EBADE" | "EBADF" | "EBADFD" | "EBADMSG" | "EBADR" | "EBADRQC" | "EBADSLT" | "EBFONT" | "EBUSY" | "ECANCELED" | "ECHILD" | "ECHRNG" | "ECOMM" | "ECONNABORTED" | "ECONNREFUSED" | "ECONNRESET" | "EDEADLK" | "EDEADLOCK" | "EDESTADDRREQ" | "EDOM" | "EDOTDOT" | "EDQUOT" | "EEXIST" | "EFAULT" | "EFBIG" | "EHOSTDOWN" | "EHOSTUNREACH" | "EHWPOISON" | "EIDRM" | "EILSEQ" | "EINPROGRESS" | "EINTR" | "EINVAL" | "EIO" | "EISCONN" | "EISDIR" | "EISNAM" | "EKEYEXPIRED" | "EKEYREJECTED" | "EKEYREVOKED" | "EL2HLT" | "EL2NSYNC" | "EL3HLT" | "EL3RST" | "ELIBACC" | "ELIBBAD" | "ELIBEXEC" | "ELIBMAX" | "ELIBSCN" | "ELNRNG" | "ELOOP" | "EMEDIUMTYPE" | "EMFILE" | "EMLINK" | "EMSGSIZE" | "EMULTIHOP" | "ENAMETOOLONG" | "ENAVAIL" | "ENETDOWN" | "ENETRESET" | "ENETUNREACH" | "ENFILE" | "ENOANO" | "ENOBUFS" | "ENOCSI" | "ENODATA" | "ENODEV" | "ENOENT" | "ENOEXEC" | "ENOKEY" | "ENOLCK" | "ENOLINK" | "ENOMEDIUM" | "ENOMEM" | "ENOMSG" | "ENONET" | "ENOPKG" | "ENOPROTOOPT" | "ENOSPC" | "ENOSR" | "ENOSTR" | "ENOSYS" | "ENOTBLK" | "ENOTCONN" | "ENOTDIR" | "ENOTEMPTY" | "ENOTNAM" | "ENOTRECOVERABLE" | "ENOTSOCK" | "ENOTSUP" | "EOPNOTSUPP" | "ENOTTY" | "ENOTUNIQ" | "ENXIO" | "EOVERFLOW" | "EOWNERDEAD" | "EPERM" | "EPFNOSUPPORT" | "EPIPE" | "EPROTO" | "EPROTONOSUPPORT" | "EPROTOTYPE" | "ERANGE" | "EREMCHG" | "EREMOTE" | "EREMOTEIO" | "ERESTART" | "ERFKILL" | "EROFS" | "ESHUTDOWN" | "ESOCKTNOSUPPORT" | "ESPIPE" | "ESRCH" | "ESRMNT" | "ESTALE" | "ESTRPIPE" | "ETIME" | "ETIMEDOUT" | "ETOOMANYREFS" | "ETXTBSY" | "EUCLEAN" | "EUNATCH" | "EUSERS" | "EXDEV" | "EXFULL";
declare const errno: Readonly<Record<ErrnoName, number>>;
declare function errnoName(number: number): string;
declare function errnoMessage(number: number): string;
declare const AF_UNSPEC: Family;
declare const AF_INET: Family;
declare const AF_INET6: Family;
declare const AF_UNIX: Family;
declare const AF_LOCAL: Family;
declare const AF_NETLINK: Family;
declare const AF_ROUTE: Family;
declare const AF_PACKET: Family;
declare const AF_VSOCK: Family;
declare const AF_CAN: Family;
declare const AF_BLUETOOTH: Family;
declare const AF_ALG: Family;
declare const AF_XDP: Family;
declare const AF_TIPC: Family;
declare const AF_SMC: Family;
declare const AF_RDS: Family;
declare const AF_IB: Family;
declare const AF_MPLS: Family;
declare const AF_KEY: Family;
declare const AF_KCM: Family;
declare const AF_QIPCRTR: Family;
declare const AF_PHONET: Family;
declare const AF_NFC: Family;
declare const AF_IEEE802154: Family;
declare const AF_CAIF: Family;
declare const AF_ISDN: Family;
declare const AF_IUCV: Family;
declare const AF_RXRPC: Family;
declare const AF_MCTP: Family;
declare const AF_PPPOX: Family;
declare const AF_LLC: Family;
declare const AF_APPLETALK: Family;
declare const AF_AX25: Family;
declare const AF_NETROM: Family;
declare const AF_ROSE: Family;
declare const AF_X25: Family;
declare const AF_ATMPVC: Family;
declare const AF_ATMSVC: Family;
declare const SOCK_STREAM: SocketType;
declare const SOCK_DGRAM: SocketType;
declare const SOCK_SEQPACKET: SocketType;
declare const SOCK_RAW: SocketType;
declare const SOCK_RDM: SocketType;
declare const SOCK_DCCP: SocketType;
declare const IPPROTO_IP: Protocol;
declare const IPPROTO_ICMP: Protocol;
declare const IPPROTO_IGMP: Protocol;
declare const IPPROTO_IPIP: Protocol;
declare const IPPROTO_TCP: Protocol;
declare const IPPROTO_EGP: Protocol;
declare const IPPROTO_PUP: Protocol;
declare const IPPROTO_UDP: Protocol;
declare const IPPROTO_IDP: Protocol;
declare const IPPROTO_DCCP: Protocol;
declare const IPPROTO_IPV6: Protocol;
declare const IPPROTO_ROUTING: Protocol;
declare const IPPROTO_FRAGMENT: Protocol;
declare const IPPROTO_RSVP: Protocol;
declare const IPPROTO_GRE: Protocol;
declare const IPPROTO_ESP: Protocol;
declare const IPPROTO_AH: Protocol;
declare const IPPROTO_ICMPV6: Protocol;
declare const IPPROTO_NONE: Protocol;
declare const IPPROTO_DSTOPTS: Protocol;
declare const IPPROTO_HOPOPTS: Protocol;
declare const IPPROTO_PIM: Protocol;
declare const IPPROTO_COMP: Protocol;
declare const IPPROTO_SCTP: Protocol;
declare const IPPROTO_UDPLITE: Protocol;
declare const IPPROTO_MPLS: Protocol;
declare const IPPROTO_ETHERNET: Protocol;
declare const IPPROTO_RAW: Protocol;
declare const IPPROTO_MPTCP: Protocol;
declare const NETLINK_ROUTE: Protocol;
declare const NETLINK_USERSOCK: Protocol;
declare const NETLINK_SOCK_DIAG: Protocol;
declare const NETLINK_XFRM: Protocol;
declare const NETLINK_SELINUX: Protocol;
declare const NETLINK_AUDIT: Protocol;
declare const NETLINK_CONNECTOR: Protocol;
declare const NETLINK_NETFILTER: Protocol;
declare const NETLINK_KOBJECT_UEVENT: Protocol;
declare const NETLINK_GENERIC: Protocol;
declare const NETLINK_CRYPTO: Protocol;
declare const CAN_RAW: Protocol;
declare const CAN_BCM: Protocol;
declare const CAN_ISOTP: Protocol;
declare const CAN_J1939: Protocol;
declare const ETH_P_ALL: Protocol;
declare const ETH_P_IP: Protocol;
declare const ETH_P_ARP: Protocol;
declare const ETH_P_IPV6: Protocol;
declare const ETH_P_8021Q: Protocol;
declare const BTPROTO_L2CAP: Protocol;
declare const BTPROTO_HCI: Protocol;
declare const BTPROTO_SCO: Protocol;
declare const BTPROTO_RFCOMM: Protocol;
declare const VMADDR_CID_ANY: AddressValue;
declare const VMADDR_CID_HYPERVISOR: AddressValue;
declare const VMADDR_CID_LOCAL: AddressValue;
declare const VMADDR_CID_HOST: AddressValue;
declare const VMADDR_PORT_ANY: AddressValue;
declare const VMADDR_FLAG_TO_HOST: AddressValue;
declare const PACKET_HOST: AddressValue;
declare const PACKET_BROADCAST: AddressValue;
declare const PACKET_MULTICAST: AddressValue;
declare const PACKET_OTHERHOST: AddressValue;
declare const PACKET_OUTGOING: AddressValue;
declare const RTMGRP_LINK: AddressValue;
declare const RTMGRP_NEIGH: AddressValue;
declare const RTMGRP_IPV4_IFADDR: AddressValue;
declare const RTMGRP_IPV4_ROUTE: AddressValue;
declare const RTMGRP_IPV6_IFADDR: AddressValue;
declare const RTMGRP_IPV6_ROUTE: AddressValue;
declare const CAN_EFF_FLAG: AddressValue;
declare const CAN_RTR_FLAG: AddressValue;
declare const CAN_ERR_FLAG: AddressValue;
declare const J1939_NO_ADDR: AddressValue;
declare const J1939_IDLE_ADDR: AddressValue;
declare const J1939_NO_PGN: AddressValue;
declare const TIPC_CLUSTER_SCOPE: AddressValue;
declare const TIPC_NODE_SCOPE: AddressValue;
declare const BDADDR_BREDR: AddressValue;
declare const BDADDR_LE_PUBLIC: AddressValue;
declare const BDADDR_LE_RANDOM: AddressValue;
declare const HCI_CHANNEL_RAW: AddressValue;
declare const HCI_CHANNEL_USER: AddressValue;
declare const HCI_CHANNEL_MONITOR: AddressValue;
declare const HCI_CHANNEL_CONTROL: AddressValue;
declare const ALG_OP_ENCRYPT: AlgorithmValue;
declare const ALG_OP_DECRYPT: AlgorithmValue;
declare const ALG_SET_OP: ControlType;
declare const ALG_SET_IV: ControlType;
declare const ALG_SET_AEAD_ASSOCLEN: ControlType;
declare const ALG_SET_KEY: AlgorithmValue;
declare const ALG_SET_AEAD_AUTHSIZE: AlgorithmValue;
declare const ALG_SET_DRBG_ENTROPY: AlgorithmValue;
declare const MSG_OOB: MessageFlag;
declare const MSG_PEEK: MessageFlag;
declare const MSG_DONTROUTE: MessageFlag;
declare const MSG_CTRUNC: MessageFlag;
declare const MSG_TRUNC: MessageFlag;
declare const MSG_DONTWAIT: MessageFlag;
declare const MSG_EOR: MessageFlag;
declare const MSG_WAITALL: MessageFlag;
declare const MSG_CONFIRM: MessageFlag;
declare const MSG_ERRQUEUE: MessageFlag;
declare const MSG_NOSIGNAL: MessageFlag;
declare const MSG_MORE: MessageFlag;
declare const MSG_WAITFORONE: MessageFlag;
declare const MSG_BATCH: MessageFlag;
declare const MSG_ZEROCOPY: MessageFlag;
declare const MSG_FASTOPEN: MessageFlag;
declare const MSG_CMSG_CLOEXEC: MessageFlag;
declare const SHUT_RD: Shutdown;
declare const SHUT_WR: Shutdown;
declare const SHUT_RDWR: Shutdown;
declare const SOL_SOCKET: Level;
declare const SOL_IP: Level;
declare const SOL_IPV6: Level;
declare const SOL_TCP: Level;
declare const SOL_UDP: Level;
declare const SOL_ICMPV6: Level;
declare const SOL_RAW: Level;
declare const SOL_PACKET: Level;
declare const SOL_NETLINK: Level;
declare const SOL_CAN_BASE: Level;
declare const SOL_CAN_RAW: Level;
declare const SOL_BLUETOOTH: Level;
declare const SOL_TIPC: Level;
declare const SOL_RXRPC: Level;
declare const SOL_RDS: Level;
declare const SOL_ALG: Level;
declare const SOL_KCM: Level;
declare const SOL_TLS: Level;
declare const SOL_XDP: Level;
declare const SOL_MPTCP: Level;
declare const SOL_SMC: Level;
declare const SOL_VSOCK: Level;
declare const SCM_RIGHTS: ControlType;
declare const SCM_CREDENTIALS: ControlType;
declare const SCM_SECURITY: ControlType;
declare const SCM_PIDFD: ControlType;
declare const SCM_TIMESTAMP: ControlType;
declare const SCM_TIMESTAMPNS: ControlType;
declare const SCM_TIMESTAMPING: ControlType;
declare const SCM_TIMESTAMPING_OPT_STATS: ControlType;
declare const SCM_TIMESTAMPING_PKTINFO: ControlType;
declare const SCM_TXTIME: ControlType;
declare const SCM_WIFI_STATUS: ControlType;
declare const IP_ORIGDSTADDR: ControlType;
declare const IPV6_ORIGDSTADDR: ControlType;
declare const IPV6_HOPLIMIT: ControlType;
declare const POLLIN: PollEvent;
declare const POLLPRI: PollEvent;
declare const POLLOUT: PollEvent;
declare const POLLERR: PollEvent;
declare const POLLHUP: PollEvent;
declare const POLLNVAL: PollEvent;
declare const POLLRDHUP: PollEvent;
declare const AI_PASSIVE: AddressInfoFlag;
declare const AI_CANONNAME: AddressInfoFlag;
declare const AI_NUMERICHOST: AddressInfoFlag;
declare const AI_NUMERICSERV: AddressInfoFlag;
declare const AI_V4MAPPED: AddressInfoFlag;
declare const AI_ALL: AddressInfoFlag;
declare const AI_ADDRCONFIG: AddressInfoFlag;
declare const AI_IDN: AddressInfoFlag;
declare const AI_CANONIDN: AddressInfoFlag;
declare const NI_NUMERICHOST: NameInfoFlag;
declare const NI_NUMERICSERV: NameInfoFlag;
declare const NI_NOFQDN: NameInfoFlag;
declare const NI_NAMEREQD: NameInfoFlag;
declare const NI_DGRAM: NameInfoFlag;
declare const NI_IDN: NameInfoFlag;
declare const IP_PMTUDISC_DONT: PathMtuDiscovery;
declare const IP_PMTUDISC_WANT: PathMtuDiscovery;
declare const IP_PMTUDISC_DO: PathMtuDiscovery;
declare const IP_PMTUDISC_PROBE: PathMtuDiscovery;
declare const IP_PMTUDISC_INTERFACE: PathMtuDiscovery;
declare const IP_PMTUDISC_OMIT: PathMtuDiscovery;
declare const IPV6_PMTUDISC_DONT: PathMtuDiscovery;
declare const IPV6_PMTUDISC_WANT: PathMtuDiscovery;
declare const IPV6_PMTUDISC_DO: PathMtuDiscovery;
declare const IPV6_PMTUDISC_PROBE: PathMtuDiscovery;
declare const IPV6_PMTUDISC_INTERFACE: PathMtuDiscovery;
declare const IPV6_PMTUDISC_OMIT: PathMtuDiscovery;
declare const IPTOS_LOWDELAY: TypeOfService;
declare const IPTOS_THROUGHPUT: TypeOfService;
declare const IPTOS_RELIABILITY: TypeOfService;
declare const IPTOS_LOWCOST: TypeOfService;
declare const IPTOS_MINCOST: TypeOfService;
declare const IPTOS_ECN_NOT_ECT: TypeOfService;
declare const IPTOS_ECN_ECT1: TypeOfService;
declare const IPTOS_ECN_ECT0: TypeOfService;
declare const IPTOS_ECN_CE: TypeOfService;
declare const IPTOS_DSCP_AF11: TypeOfService;
declare const IPTOS_DSCP_AF12: TypeOfService;
declare const IPTOS_DSCP_AF13: TypeOfService;
declare const IPTOS_DSCP_AF21: TypeOfService;
declare const IPTOS_DSCP_AF22: TypeOfService;
declare const IPTOS_DSCP_AF23: TypeOfService;
declare const IPTOS_DSCP_AF31: TypeOfService;
declare const IPTOS_DSCP_AF32: TypeOfService;
declare const IPTOS_DSCP_AF33: TypeOfService;
declare const IPTOS_DSCP_AF41: TypeOfService;
declare const IPTOS_DSCP_AF42: TypeOfService;
declare const IPTOS_DSCP_AF43: TypeOfService;
declare const IPTOS_DSCP_EF: TypeOfService;
declare const IPTOS_CLASS_CS0: TypeOfService;
declare const IPTOS_CLASS_CS1: TypeOfService;
declare const IPTOS_CLASS_CS2: TypeOfService;
declare const IPTOS_CLASS_CS3: TypeOfService;
declare const IPTOS_CLASS_CS4: TypeOfService;
declare const IPTOS_CLASS_CS5: TypeOfService;
declare const IPTOS_CLASS_CS6: TypeOfService;
declare const IPTOS_CLASS_CS7: TypeOfService;
declare const TCP_ESTABLISHED: TcpState;
declare const TCP_SYN_SENT: TcpState;
declare const TCP_SYN_RECV: TcpState;
declare const TCP_FIN_WAIT1: TcpState;
declare const TCP_FIN_WAIT2: TcpState;
declare const TCP_TIME_WAIT: TcpState;
declare const TCP_CLOSE: TcpState;
declare const TCP_CLOSE_WAIT: TcpState;
declare const TCP_LAST_ACK: TcpState;
declare const TCP_LISTEN: TcpState;
declare const TCP_CLOSING: TcpState;
declare const SOF_TIMESTAMPING_TX_HARDWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_TX_SOFTWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_RX_HARDWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_RX_SOFTWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_SOFTWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_SYS_HARDWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_RAW_HARDWARE: TimestampingFlag;
declare const SOF_TIMESTAMPING_OPT_ID: TimestampingFlag;
declare const SOF_TIMESTAMPING_TX_SCHED: TimestampingFlag;
declare const SOF_TIMESTAMPING_TX_ACK: TimestampingFlag;
declare const SOF_TIMESTAMPING_OPT_CMSG: TimestampingFlag;
declare const SOF_TIMESTAMPING_OPT_TSONLY: TimestampingFlag;
declare const SOF_TIMESTAMPING_OPT_STATS: TimestampingFlag;
declare const SOF_TIMESTAMPING_OPT_PKTINFO: TimestampingFlag;
declare const SOF_TIMESTAMPING_OPT_TX_SWHW: TimestampingFlag;
declare const IPV6_PREFER_SRC_TMP: AddressPreference;
declare const IPV6_PREFER_SRC_PUBLIC: AddressPreference;
declare const IPV6_PREFER_SRC_PUBTMP_DEFAULT: AddressPreference;
declare const IPV6_PREFER_SRC_COA: AddressPreference;
declare const IPV6_PREFER_SRC_HOME: AddressPreference;
declare const IPV6_PREFER_SRC_CGA: AddressPreference;
declare const IPV6_PREFER_SRC_NONCGA: AddressPreference;
declare const SOF_TXTIME_DEADLINE_MODE: TransmitTimeFlag;
declare const SOF_TXTIME_REPORT_ERRORS: TransmitTimeFlag;
declare const CLOCK_REALTIME: Clock;
declare const CLOCK_MONOTONIC: Clock;
declare const CLOCK_TAI: Clock;
declare const SOCK_SNDBUF_LOCK: BufferLock;
declare const SOCK_RCVBUF_LOCK: BufferLock;
declare const SOMAXCONN: Limit;
declare function afName(family: Family | number): string;
declare function sockTypeName(type: SocketType | number): string;
declare function ipProtoName(protocol: Protocol): string;
interface TcpInfo {
    readonly state: TcpState;
    readonly caState: number;
    readonly retransmits: number;
    readonly probes: number;
    readonly backoff: number;
    readonly options: number;
    readonly sndWscale: number;
    readonly rcvWscale: number;
    readonly deliveryRateAppLimited: number;
    readonly fastopenClientFail: number;
    readonly rto: number;
    readonly ato: number;
    readonly sndMss: number;
    readonly rcvMss: number;
    readonly unacked: number;
    readonly sacked: number;
    readonly lost: number;
    readonly retrans: number;
    readonly fackets: number;
    readonly lastDataSent: number;
    readonly lastAckSent: number;
    readonly lastDataRecv: number;
    readonly lastAckRecv: number;
    readonly pmtu: number;
    readonly rcvSsthresh: number;
    readonly rtt: number;
    readonly rttvar: number;
    readonly sndSsthresh: number;
    readonly sndCwnd: number;
    readonly advmss: number;
    readonly reordering: number;
    readonly rcvRtt: number;
    readonly rcvSpace: number;
    readonly totalRetrans: number;
    readonly pacingRate?: number;
    readonly maxPacingRate?: number;
    readonly bytesAcked?: number;
    readonly bytesReceived?: number;
    readonly segsOut?: number;
    readonly segsIn?: number;
    readonly notsentBytes?: number;
    readonly minRtt?: number;
    readonly dataSegsIn?: number;
    readonly dataSegsOut?: number;
    readonly deliveryRate?: number;
    readonly busyTime?: number;
    readonly rwndLimited?: number;
    readonly sndbufLimited?: number;
    readonly delivered?: number;
    readonly deliveredCe?: number;
    readonly bytesSent?: number;
    readonly bytesRetrans?: number;
    readonly dsackDups?: number;
    readonly reordSeen?: number;
    readonly rcvOoopack?: number;
    readonly sndWnd?: number;
    readonly rcvWnd?: number;
    readonly rehash?: number;
    readonly totalRto?: number;
    readonly totalRtoRecoveries?: number;
    readonly totalRtoTime?: number;
    readonly receivedCe?: number;
    readonly deliveredE1Bytes?: number;
    readonly deliveredE0Bytes?: number;
    readonly deliveredCeBytes?: number;
    readonly receivedE1Bytes?: number;
    readonly receivedE0Bytes?: number;
    readonly receivedCeBytes?: number;
}
interface Ipv4Membership {
    readonly group: string;
    readonly interface?: number | string;
}
interface Ipv4SourceMembership {
    readonly group: string;
    readonly source: string;
    readonly interface?: string;
}
interface Ipv6Membership {
    readonly group: string;
    readonly interface?: number | string;
}
interface GroupMembership {
    readonly group: string;
    readonly interface?: number | string;
}
interface GroupSourceMembership extends GroupMembership {
    readonly source: string;
}
interface SourceFilter<Interface> {
    readonly group: string;
    readonly interface?: Interface;
    readonly mode: "include" | "exclude";
    readonly sources: readonly string[];
}
interface Ipv6PacketInfo {
    readonly address?: string;
    readonly interface?: number | string;
}
interface Ipv6PathMtu {
    readonly address: string;
    readonly mtu: number;
}
interface TcpSignatureKey {
    readonly address: string;
    readonly key: string | Uint8Array;
}
declare const optionTable: readonly AnyOption[];
declare const SO_ACCEPTCONN: ReadableOption<boolean>;
declare const SO_ATTACH_BPF: WritableOption<number>;
declare const SO_ATTACH_FILTER: WritableOption<readonly FilterInstruction[]>;
declare const SO_ATTACH_REUSEPORT_CBPF: WritableOption<readonly FilterInstruction[]>;
declare const SO_ATTACH_REUSEPORT_EBPF: WritableOption<number>;
declare const SO_BINDTODEVICE: SocketOption<string, string>;
declare const SO_BINDTOIFINDEX: SocketOption<number, number>;
declare const SO_BPF_EXTENSIONS: ReadableOption<number>;
declare const SO_BROADCAST: SocketOption<boolean, boolean>;
declare const SO_BSDCOMPAT: ReadableOption<boolean>;
declare const SO_BUF_LOCK: SocketOption<BufferLock, BufferLock>;
declare const SO_BUSY_POLL: SocketOption<number, number>;
declare const SO_BUSY_POLL_BUDGET: WritableOption<number>;
declare const SO_CNX_ADVICE: WritableOption<number>;
declare const SO_COOKIE: ReadableOption<bigint>;
declare const SO_DEBUG: SocketOption<boolean, boolean>;
declare const SO_DETACH_FILTER: WritableOption<true>;
declare const SO_DETACH_REUSEPORT_BPF: WritableOption<true>;
declare const SO_DOMAIN: ReadableOption<Family>;
declare const SO_DONTROUTE: SocketOption<boolean, boolean>;
declare const SO_ERROR: ReadableOption<number>;
declare const SO_GET_FILTER: ReadableOption<FilterInstruction[]>;
declare const SO_INCOMING_CPU: SocketOption<number, number>;
declare const SO_INCOMING_NAPI_ID: ReadableOption<number>;
declare const SO_INQ: WritableOption<boolean>;
declare const SO_KEEPALIVE: SocketOption<boolean, boolean>;
declare const SO_LINGER: SocketOption<number | null, number | null>;
declare const SO_LOCK_FILTER: SocketOption<boolean, boolean>;
declare const SO_MARK: SocketOption<number, number>;
declare const SO_MAX_PACING_RATE: SocketOption<bigint, bigint>;
declare const SO_MEMINFO: ReadableOption<SocketMemory>;
declare const SO_NETNS_COOKIE: ReadableOption<bigint>;
declare const SO_NOFCS: SocketOption<boolean, boolean>;
declare const SO_NO_CHECK: SocketOption<boolean, boolean>;
declare const SO_OOBINLINE: SocketOption<boolean, boolean>;
declare const SO_PASSCRED: SocketOption<boolean, boolean>;
declare const SO_PASSPIDFD: SocketOption<boolean, boolean>;
declare const SO_PASSRIGHTS: SocketOption<boolean, boolean>;
declare const SO_PASSSEC: SocketOption<boolean, boolean>;
declare const SO_PEEK_OFF: SocketOption<number, number>;
declare const SO_PEERCRED: ReadableOption<PeerCredentials>;
declare const SO_PEERGROUPS: ReadableOption<number[]>;
declare const SO_PEERPIDFD: ReadableOption<number>;
declare const SO_PEERSEC: ReadableOption<string>;
declare const SO_PREFER_BUSY_POLL: SocketOption<boolean, boolean>;
declare const SO_PRIORITY: SocketOption<number, number>;
declare const SO_PROTOCOL: ReadableOption<Protocol>;
declare const SO_RCVBUF: SocketOption<number, number>;
declare const SO_RCVBUFFORCE: WritableOption<number>;
declare const SO_RCVLOWAT: SocketOption<number, number>;
declare const SO_RCVMARK: SocketOption<boolean, boolean>;
declare const SO_RCVPRIORITY: SocketOption<boolean, boolean>;
declare const SO_RCVTIMEO: ReadableOption<number>;
declare const SO_RESERVE_MEM: SocketOption<number, number>;
declare const SO_REUSEADDR: SocketOption<boolean, boolean>;
declare const SO_REUSEPORT: SocketOption<boolean, boolean>;
declare const SO_RXQ_OVFL: SocketOption<boolean, boolean>;
declare const SO_SELECT_ERR_QUEUE: SocketOption<boolean, boolean>;
declare const SO_SNDBUF: SocketOption<number, number>;
declare const SO_SNDBUFFORCE: WritableOption<number>;
declare const SO_SNDLOWAT: SocketOption<number, number>;
declare const SO_SNDTIMEO: ReadableOption<number>;
declare const SO_TIMESTAMP: SocketOption<boolean, boolean>;
declare const SO_TIMESTAMPING: SocketOption<TimestampingFlag, TimestampingFlag>;
declare const SO_TIMESTAMPNS: SocketOption<boolean, boolean>;
declare const SO_TXREHASH: SocketOption<number, number>;
declare const SO_TXTIME: SocketOption<TransmitTime, TransmitTime>;
declare const SO_TYPE: ReadableOption<SocketType>;
declare const SO_WIFI_STATUS: SocketOption<boolean, boolean>;
declare const SO_ZEROCOPY: SocketOption<boolean, boolean>;
declare const IP_ADD_MEMBERSHIP: WritableOption<Ipv4Membership>;
declare const IP_ADD_SOURCE_MEMBERSHIP: WritableOption<Ipv4SourceMembership>;
declare const IP_BIND_ADDRESS_NO_PORT: SocketOption<boolean, boolean>;
declare const IP_BLOCK_SOURCE: WritableOption<Ipv4SourceMembership>;
declare const IP_CHECKSUM: SocketOption<boolean, boolean>;
declare const IP_DROP_MEMBERSHIP: WritableOption<Ipv4Membership>;
declare const IP_DROP_SOURCE_MEMBERSHIP: WritableOption<Ipv4SourceMembership>;
declare const IP_FREEBIND: SocketOption<boolean, boolean>;
declare const IP_HDRINCL: SocketOption<boolean, boolean>;
declare const IP_IPSEC_POLICY: WritableOption<Uint8Array<ArrayBufferLike>>;
declare const IP_LOCAL_PORT_RANGE: SocketOption<PortRange, PortRange>;
declare const IP_MINTTL: SocketOption<number, number>;
declare const IP_MSFILTER: WritableOption<SourceFilter<string>>;
declare const IP_MTU: ReadableOption<number>;
declare const IP_MTU_DISCOVER: SocketOption<PathMtuDiscovery, PathMtuDiscovery>;
declare const IP_MULTICAST_ALL: SocketOption<boolean, boolean>;
declare const IP_MULTICAST_IF: SocketOption<string, string | number>;
declare const IP_MULTICAST_LOOP: SocketOption<boolean, boolean>;
declare const IP_MULTICAST_TTL: SocketOption<number, number>;
declare const IP_NODEFRAG: SocketOption<boolean, boolean>;
declare const IP_OPTIONS: SocketOption<Buffer<ArrayBufferLike>, Uint8Array<ArrayBufferLike>>;
declare const IP_PASSSEC: SocketOption<boolean, boolean>;
declare const IP_PKTINFO: SocketOption<boolean, boolean>;
declare const IP_PKTOPTIONS: ReadableOption<Buffer<ArrayBufferLike>>;
declare const IP_PROTOCOL: ReadableOption<Protocol>;
declare const IP_RECVERR: SocketOption<boolean, boolean>;
declare const IP_RECVERR_RFC4884: SocketOption<boolean, boolean>;
declare const IP_RECVFRAGSIZE: SocketOption<boolean, boolean>;
declare const IP_RECVOPTS: SocketOption<boolean, boolean>;
declare const IP_RECVORIGDSTADDR: SocketOption<boolean, boolean>;
declare const IP_RECVTOS: SocketOption<boolean, boolean>;
declare const IP_RECVTTL: SocketOption<boolean, boolean>;
declare const IP_RETOPTS: SocketOption<boolean, boolean>;
declare const IP_ROUTER_ALERT: SocketOption<boolean, boolean>;
declare const IP_TOS: SocketOption<TypeOfService, TypeOfService>;
declare const IP_TRANSPARENT: SocketOption<boolean, boolean>;
declare const IP_TTL: SocketOption<number, number>;
declare const IP_UNBLOCK_SOURCE: WritableOption<Ipv4SourceMembership>;
declare const IP_UNICAST_IF: SocketOption<number, number>;
declare const IP_XFRM_POLICY: WritableOption<Uint8Array<ArrayBufferLike>>;
declare const MCAST_BLOCK_SOURCE: WritableOption<GroupSourceMembership>;
declare const MCAST_JOIN_GROUP: WritableOption<GroupMembership>;
declare const MCAST_JOIN_SOURCE_GROUP: WritableOption<GroupSourceMembership>;
declare const MCAST_LEAVE_GROUP: WritableOption<GroupMembership>;
declare const MCAST_LEAVE_SOURCE_GROUP: WritableOption<GroupSourceMembership>;
declare const MCAST_MSFILTER: WritableOption<SourceFilter<number>>;
declare const MCAST_UNBLOCK_SOURCE: WritableOption<GroupSourceMembership>;
declare const IPV6_ADDRFORM: SocketOption<Family, Family>;
declare const IPV6_ADDR_PREFERENCES: SocketOption<AddressPreference, AddressPreference>;
declare const IPV6_ADD_MEMBERSHIP: WritableOption<Ipv6Membership>;
declare const IPV6_AUTOFLOWLABEL: SocketOption<boolean, boolean>;
declare const IPV6_CHECKSUM: SocketOption<number, number>;
declare const IPV6_DONTFRAG: SocketOption<boolean, boolean>;
declare const IPV6_DROP_MEMBERSHIP: WritableOption<Ipv6Membership>;
declare const IPV6_DSTOPTS: SocketOption<Buffer<ArrayBufferLike>, Uint8Array<ArrayBufferLike>>;
declare const IPV6_FLOWINFO: SocketOption<boolean, boolean>;
declare const IPV6_FLOWINFO_SEND: SocketOption<boolean, boolean>;
declare const IPV6_FLOWLABEL_MGR: WritableOption<Uint8Array<ArrayBufferLike>>;
declare const IPV6_FREEBIND: SocketOption<boolean, boolean>;
declare const IPV6_HDRINCL: SocketOption<boolean, boolean>;
declare const IPV6_HOPOPTS: SocketOption<Buffer<ArrayBufferLike>, Uint8Array<ArrayBufferLike>>;
declare const IPV6_IPSEC_POLICY: WritableOption<Uint8Array<ArrayBufferLike>>;
declare const IPV6_JOIN_ANYCAST: WritableOption<Ipv6Membership>;
declare const IPV6_JOIN_GROUP: WritableOption<Ipv6Membership>;
declare const IPV6_LEAVE_ANYCAST: WritableOption<Ipv6Membership>;
declare const IPV6_LEAVE_GROUP: WritableOption<Ipv6Membership>;
declare const IPV6_MINHOPCOUNT: SocketOption<number, number>;
declare const IPV6_MTU: SocketOption<number, number>;
declare const IPV6_MTU_DISCOVER: SocketOption<PathMtuDiscovery, PathMtuDiscovery>;
declare const IPV6_MULTICAST_ALL: SocketOption<boolean, boolean>;
declare const IPV6_MULTICAST_HOPS: SocketOption<number, number>;
declare const IPV6_MULTICAST_IF: SocketOption<number, number>;
declare const IPV6_MULTICAST_LOOP: SocketOption<boolean, boolean>;
declare const IPV6_PATHMTU: ReadableOption<Ipv6PathMtu>;
declare const IPV6_PKTINFO: WritableOption<Ipv6PacketInfo>;
declare const IPV6_RECVDSTOPTS: SocketOption<boolean, boolean>;
declare const IPV6_RECVERR: SocketOption<boolean, boolean>;
declare const IPV6_RECVERR_RFC4884: SocketOption<boolean, boolean>;
declare const IPV6_RECVFRAGSIZE: SocketOption<boolean, boolean>;
declare const IPV6_RECVHOPLIMIT: SocketOption<boolean, boolean>;
declare const IPV6_RECVHOPOPTS: SocketOption<boolean, boolean>;
declare const IPV6_RECVORIGDSTADDR: SocketOption<boolean, boolean>;
declare const IPV6_RECVPATHMTU: SocketOption<boolean, boolean>;
declare const IPV6_RECVPKTINFO: SocketOption<boolean, boolean>;
declare const IPV6_RECVRTHDR: SocketOption<boolean, boolean>;
declare const IPV6_RECVTCLASS: SocketOption<boolean, boolean>;
declare const IPV6_ROUTER_ALERT: SocketOption<number, number>;
declare const IPV6_ROUTER_ALERT_ISOLATE: SocketOption<boolean, boolean>;
declare const IPV6_RTHDR: SocketOption<Buffer<ArrayBufferLike>, Uint8Array<ArrayBufferLike>>;
declare const IPV6_RTHDRDSTOPTS: SocketOption<Buffer<ArrayBufferLike>, Uint8Array<ArrayBufferLike>>;
declare const IPV6_TCLASS: SocketOption<number, number>;
declare const IPV6_TRANSPARENT: SocketOption<boolean, boolean>;
declare const IPV6_UNICAST_HOPS: SocketOption<number, number>;
declare const IPV6_UNICAST_IF: SocketOption<number, number>;
declare const IPV6_V6ONLY: SocketOption<boolean, boolean>;
declare const IPV6_XFRM_POLICY: WritableOption<Uint8Array<ArrayBufferLike>>;
declare const TCP_CC_INFO: ReadableOption<Buffer<ArrayBufferLike>>;
declare const TCP_CONGESTION: SocketOption<string, string>;
declare const TCP_CORK: SocketOption<boolean, boolean>;
declare const TCP_DEFER_ACCEPT: SocketOption<number, number>;
declare const TCP_DELACK_MAX_US: SocketOption<number, number>;
declare const TCP_FASTOPEN: SocketOption<number, number>;
declare const TCP_FASTOPEN_CONNECT: SocketOption<boolean, boolean>;
declare const TCP_FASTOPEN_KEY: SocketOption<Buffer<ArrayBufferLike>, Uint8Array<ArrayBufferLike>>;
declare const TCP_FASTOPEN_NO_COOKIE: SocketOption<boolean, boolean>;
declare const TCP_INFO: ReadableOption<TcpInfo>;
declare const TCP_INQ: SocketOption<boolean, boolean>;
declare const TCP_IS_MPTCP: ReadableOption<boolean>;
declare const TCP_KEEPCNT: SocketOption<number, number>;
declare const TCP_KEEPIDLE: SocketOption<number, number>;
declare const TCP_KEEPINTVL: SocketOption<number, number>;
declare const TCP_LINGER2: SocketOption<number, number>;
declare const TCP_MAXSEG: SocketOption<number, number>;
declare const TCP_MD5SIG: WritableOption<TcpSignatureKey>;
declare const TCP_NODELAY: SocketOption<boolean, boolean>;
declare const TCP_NOTSENT_LOWAT: SocketOption<number, number>;
declare const TCP_QUEUE_SEQ: SocketOption<number, number>;
declare const TCP_QUICKACK: SocketOption<boolean, boolean>;
declare const TCP_REPAIR: SocketOption<number, number>;
declare const TCP_REPAIR_OPTIONS: WritableOption<readonly RepairOption[]>;
declare const TCP_REPAIR_QUEUE: SocketOption<number, number>;
declare const TCP_REPAIR_WINDOW: SocketOption<RepairWindow, RepairWindow>;
declare const TCP_RTO_MAX_MS: SocketOption<number, number>;
declare const TCP_RTO_MIN_US: SocketOption<number, number>;
declare const TCP_SAVED_SYN: ReadableOption<Buffer<ArrayBufferLike>>;
declare const TCP_SAVE_SYN: SocketOption<number, number>;
declare const TCP_SYNCNT: SocketOption<number, number>;
declare const TCP_THIN_DUPACK: ReadableOption<boolean>;
declare const TCP_THIN_LINEAR_TIMEOUTS: SocketOption<boolean, boolean>;
declare const TCP_TIMESTAMP: SocketOption<number, number>;
declare const TCP_TX_DELAY: SocketOption<number, number>;
declare const TCP_ULP: SocketOption<string, string>;
declare const TCP_USER_TIMEOUT: SocketOption<number, number>;
declare const TCP_WINDOW_CLAMP: SocketOption<number, number>;
declare const UDP_CORK: SocketOption<boolean, boolean>;
declare const UDP_ENCAP: SocketOption<number, number>;
declare const UDP_GRO: SocketOption<boolean, boolean>;
declare const UDP_NO_CHECK6_RX: SocketOption<boolean, boolean>;
declare const UDP_NO_CHECK6_TX: SocketOption<boolean, boolean>;
declare const UDP_SEGMENT: SocketOption<number, number>;
interface ProxyTlv {
    readonly type: number;
    readonly value: Uint8Array;
}
interface ProxyTls {
    readonly tls: boolean;
    readonly certificate: boolean;
    readonly sessionCertificate: boolean;
    readonly verify: number;
    readonly version?: string;
    readonly commonName?: string;
    readonly cipher?: string;
    readonly signatureAlgorithm?: string;
    readonly keyAlgorithm?: string;
    readonly other?: readonly ProxyTlv[];
}
interface ProxyValues {
    readonly alpn?: string;
    readonly authority?: string;
    readonly uniqueId?: Uint8Array;
    readonly tls?: ProxyTls;
    readonly namespace?: string;
    readonly other?: readonly ProxyTlv[];
}
interface ProxyHeader {
    readonly version: 1 | 2;
    readonly command: "proxy" | "local";
    readonly transport: "stream" | "datagram" | null;
    readonly source: Address | null;
    readonly destination: Address | null;
    readonly tlvs: ProxyValues;
}
type ProxyAddressInput = AddressInput;
interface ProxyHeaderInput {
    readonly version?: 1 | 2;
    readonly command?: "proxy" | "local";
    readonly transport?: "stream" | "datagram" | null;
    readonly source?: ProxyAddressInput | null;
    readonly destination?: ProxyAddressInput | null;
    readonly tlvs?: ProxyValues;
    readonly checksum?: boolean;
}
declare function malformed(explanation: string): SocketError;
interface ProxyHeaderOptions {
    readonly maxHeaderBytes?: number;
}
declare class ProxyHeaderParser {
    #private;
    constructor(options?: ProxyHeaderOptions);
    get header(): ProxyHeader | null;
    get received(): Buffer;
    push(bytes: Uint8Array): number;
}
interface ReadProxyHeaderOptions extends ProxyHeaderOptions, WaitOptions {
}
declare function readProxyHeader(socket: Socket, options?: ReadProxyHeaderOptions): ProxyHeader | null;
declare function readProxyHeaderAsync(socket: AsyncSocket, options?: ProxyHeaderOptions & AsyncOptions): Promise<ProxyHeader | null>;
declare function encodeProxyHeader(given: ProxyHeaderInput): Buffer;
interface InterfaceName {
    readonly index: number;
    readonly name: string;
}
declare function getServByName(name: string, protocol?: string): number;
declare function getServByPort(port: number, protocol?: string): string;
declare function getProtoByName(name: string): Protocol;
declare function getProtoByNumber(protocol: Protocol): string;
declare function ifNameToIndex(name: string): number;
declare function ifIndexToName(index: number): string;
declare function ifNameIndex(): InterfaceName[];
declare function getHostName(): string;
declare const EVENT_READ = 1;
declare const EVENT_WRITE = 2;
declare const EVENT_PRIORITY = 4;
declare const EVENT_ERROR = 8;
declare const EVENT_HANGUP = 16;
declare const EVENT_READ_HANGUP = 32;
declare const EVENT_INVALID = 64;
declare function eventNames(events: number): string[];
type Selectable = Socket | number;
interface WatchOptions {
    readonly edge?: boolean;
    readonly oneShot?: boolean;
}
interface SelectLists<Target extends Selectable = Selectable> {
    readonly read?: readonly Target[];
    readonly write?: readonly Target[];
    readonly error?: readonly Target[];
}
declare function select<Target extends Selectable>(lists: SelectLists<Target>, timeout?: number | null): Required<SelectLists<Target>>;
interface PollRequest<Target extends Selectable = Selectable> {
    readonly target: Target;
    readonly events: number;
}
declare function poll<Target extends Selectable>(requests: readonly PollRequest<Target>[], timeout?: number | null): PollRequest<Target>[];
interface Waker {
    readonly wakerId: number;
}
declare function wake(waker: Waker): boolean;
interface Ready<Data> {
    readonly socket: Socket | null;
    readonly fd: number;
    readonly events: number;
    readonly data: Data;
}
type RegisterArguments<Data> = undefined extends Data ? [
    data?: Data,
    options?: WatchOptions
] : [
    data: Data,
    options?: WatchOptions
];
declare class Selector<Data = undefined> {
    #private;
    constructor();
    get supports(): Supports;
    get backend(): string;
    get fd(): number;
    get size(): number;
    get waker(): Waker;
    register(target: Selectable, events: number, ...[data, given]: RegisterArguments<Data>): void;
    modify(target: Selectable, events: number, ...rest: [
        data?: Data,
        options?: WatchOptions
    ]): void;
    unregister(target: Selectable): void;
    has(target: Selectable): boolean;
    select(timeout?: number | null): Ready<Data>[];
    close(): void;
    [Symbol.dispose](): void;
}
interface BufferOptions {
    readonly maxBufferedBytes?: number;
    readonly maxTotalBufferedBytes?: number;
    readonly whenFull?: "pause" | "close";
}
interface HandlersOf<Connection> {
    open?(connection: Connection): unknown;
    data?(connection: Connection, bytes: Buffer): unknown;
    drain?(connection: Connection): unknown;
    end?(connection: Connection): unknown;
    close?(connection: Connection, error: NodeJS.ErrnoException | null): unknown;
    error?(connection: Connection | null, error: NodeJS.ErrnoException): unknown;
}
interface Handlers<Data = unknown> extends HandlersOf<Connection<Data>> {
}
declare class Connection<Slot = unknown> {
    #private;
    data: Slot | undefined;
    get peerAddress(): Address;
    get proxyHeader(): ProxyHeader | null;
    get localAddress(): Address;
    getSockName(): Address;
    get closed(): boolean;
    get writable(): boolean;
    get idleTimeout(): number | null;
    set idleTimeout(ms: number | null);
    get bufferedBytes(): number;
    getOption<Value>(option: ReadableOption<Value>): Value;
    setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void;
    send(data: Data): number;
    write(data: Data): boolean;
    end(data?: Data): void;
    close(): void;
    reset(): void;
    pause(): void;
    resume(): void;
    ref(): this;
    unref(): this;
}
interface DrainOptions {
    readonly drainMs?: number | null;
}
declare class Server<Slot = unknown, At extends Address = Address> implements AsyncDisposable {
    #private;
    get address(): At;
    get connections(): number;
    get listening(): boolean;
    ref(): this;
    unref(): this;
    close(options?: DrainOptions): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
interface DatagramHandlers<At extends Address = Address> {
    message?(server: DatagramServer<At>, data: Buffer, address: At | null): unknown;
    messages?(server: DatagramServer<At>, batch: DatagramBatch): unknown;
    error?(server: DatagramServer<At>, error: NodeJS.ErrnoException): unknown;
}
declare class DatagramServer<At extends Address = Address> implements AsyncDisposable {
    #private;
    get address(): At;
    get closed(): boolean;
    ref(): this;
    unref(): this;
    send(data: GatheredData, address?: AddressInput | Address | null): boolean;
    sendBatch(batch: DatagramBatch): number;
    close(options?: DrainOptions): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
interface HandlerOptions extends BufferOptions {
    readonly reuseBuffer?: boolean;
    readonly allowHalfOpen?: boolean;
    readonly proxyProtocol?: boolean | ProxyHeaderOptions;
    readonly idleTimeout?: number | null;
}
interface ServeOptions extends ServerOptions, HandlerOptions {
    readonly maxConnections?: number;
    readonly signal?: AbortSignal;
    readonly drainMs?: number | null;
}
type ServeTarget = ServerTarget | {
    readonly listener: Socket;
};
declare function serve<Slot = unknown>(options: (HostInput | {
    readonly listener: ListeningSocket<HostAddress>;
}) & ServeOptions, handlers: Handlers<Slot>): Server<Slot, HostAddress>;
declare function serve<Slot = unknown>(options: (UnixPathInput | {
    readonly listener: ListeningSocket<UnixPathAddress>;
}) & ServeOptions, handlers: Handlers<Slot>): Server<Slot, UnixPathAddress>;
declare function serve<Slot = unknown>(options: ServeTarget & ServeOptions, handlers: Handlers<Slot>): Server<Slot>;
declare function attach<Slot = unknown>(socket: Socket | AsyncSocket, handlers: Handlers<Slot>, options?: HandlerOptions): Connection<Slot>;
interface ServeDatagramsOptions {
    readonly reusePort?: boolean;
    readonly maxBytes?: number;
    readonly batchSize?: number;
    readonly reuseBuffer?: boolean;
}
type DatagramTarget = AddressInput | {
    readonly socket: Socket;
};
declare function serveDatagrams(options: HostInput & ServeDatagramsOptions, handlers: DatagramHandlers<HostAddress>): DatagramServer<HostAddress>;
declare function serveDatagrams(options: DatagramTarget & ServeDatagramsOptions, handlers: DatagramHandlers): DatagramServer;
interface ServeBlockingTlsOptions extends TlsContextOptions, Pick<TlsOptions, "rejectUnauthorized" | "requestCert" | "ALPNProtocols" | "allowTruncation"> {
    readonly handshakeTimeout?: number | null;
}
interface ServeBlockingOptions<Context> {
    readonly context?: Context;
    readonly tls?: ServeBlockingTlsOptions;
    readonly resourceLimits?: ResourceLimits;
    readonly execArgv?: string[];
    readonly drainMs?: number | null;
}
interface ErrorSource {
    readonly threadId: number;
    readonly peerAddress: Address | null;
}
interface DeadThread {
    readonly threadId: number;
    readonly exitCode: number;
    readonly delay: number;
}
interface BlockingServerEvents {
    error: [
        error: NodeJS.ErrnoException,
        source: ErrorSource
    ];
    ready: [
        threadId: number
    ];
    replace: [
        dead: DeadThread
    ];
    exhausted: [
        error: NodeJS.ErrnoException
    ];
    recovered: [
    ];
    close: [
    ];
}
interface CloseOptions {
    readonly drainMs?: number | null;
}
declare class BlockingServer<At extends Address = Address> extends EventEmitter<BlockingServerEvents> implements AsyncDisposable {
    #private;
    get address(): At;
    get workers(): readonly Worker[];
    close(options?: CloseOptions): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    ref(): this;
    unref(): this;
}
type ConnectionHandler<Context = unknown> = (socket: Socket, context: Context) => void | Promise<void>;
type OwnListener<Target extends ServerTarget = ServerTarget> = Target & {
    readonly maxPending?: number;
    readonly reusePort?: boolean;
    readonly dualStack?: boolean;
    readonly mode?: number;
    readonly removeStale?: boolean;
};
interface GivenListener {
    readonly listener: Socket;
}
type ServeBlockingTarget<Where = OwnListener | GivenListener> = Where & {
    readonly threads?: number;
};
declare function serveBlocking<Context = unknown>(target: ServeBlockingTarget<OwnListener<HostInput>>, module: string | URL, options?: ServeBlockingOptions<Context>): BlockingServer<HostAddress>;
declare function serveBlocking<Context = unknown>(target: ServeBlockingTarget<OwnListener<UnixPathInput>>, module: string | URL, options?: ServeBlockingOptions<Context>): BlockingServer<UnixPathAddress>;
declare function serveBlocking<Context = unknown>(target: ServeBlockingTarget, module: string | URL, options?: ServeBlockingOptions<Context>): BlockingServer;
interface ConnectMessage {
    readonly fd: number;
    readonly address: AddressInput;
}
interface AcceptMessage {
    readonly fd: number;
    readonly listenerFd: number;
    readonly address: Address | null;
}
interface CloseMessage {
    readonly fd: number;
}
interface ErrorMessage {
    readonly fd: number;
    readonly error: SocketError;
}
type SocketSupport = "available" | "denied" | "missing";
declare function socketSupport(family: Family, type: SocketType, protocol?: Protocol): SocketSupport;
type FlowOptions = Pick<DuplexOptions$1, "allowHalfOpen" | "highWaterMark" | "readableHighWaterMark" | "writableHighWaterMark" | "signal">;
declare abstract class FlowDuplex extends Duplex {
    #private;
    bytesRead: number;
    bytesWritten: number;
    ref(): this;
    unref(): this;
}
interface DuplexOptions extends FlowOptions {
    readonly allowHalfOpen?: boolean;
}
declare class SocketDuplex extends FlowDuplex {
    #private;
    readonly connecting = false;
    readonly pending = false;
    readonly autoSelectFamilyAttemptedAddresses: string[];
    timeout?: number;
    readonly localAddress?: string;
    readonly localFamily?: string;
    readonly localPort?: number;
    get readyState(): "open" | "readOnly" | "writeOnly" | "closed";
    get fd(): number;
    getOption<Value>(option: ReadableOption<Value>): Value;
    setOption<Input>(option: WritableOption<Input>, value: NoInfer<Input>): void;
    get bufferSize(): number;
    get remoteAddress(): string | undefined;
    get remoteFamily(): string | undefined;
    get remotePort(): number | undefined;
    address(): AddressInfo | Record<string, never>;
    connect(...args: unknown[]): this;
    setNoDelay(noDelay?: boolean): this;
    setKeepAlive(enable?: boolean, initialDelay?: number): this;
    setTimeout(ms: number, listener?: () => void): this;
    destroySoon(): void;
    resetAndDestroy(): this;
}
declare function toDuplex(socket: Socket | AsyncSocket, options?: DuplexOptions): SocketDuplex;
interface ListenHttpOptions extends ServerOptions {
    readonly signal?: AbortSignal;
    readonly drainMs?: number | null;
}
type ListenHttpTarget = ServerTarget | {
    readonly listener: Socket;
};
declare function listenHttp<Server extends Server$1>(server: Server, target: ListenHttpTarget, options?: ListenHttpOptions): Server;
interface WebStreams {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Data>;
}
interface WebStreamsOptions {
    readonly allowHalfOpen?: boolean;
    readonly highWaterMark?: number;
}
declare function toWeb(socket: AsyncSocket | Socket, options?: WebStreamsOptions): WebStreams;
interface TlsCipher {
    readonly name: string;
    readonly standardName: string;
    readonly version: string;
}
declare class TlsInfo {
    #private;
    get protocol(): string;
    get cipher(): TlsCipher;
    get alpnProtocol(): string | null;
    get servername(): string | null;
    get isEstablished(): boolean;
    get isSessionReused(): boolean;
    get authorized(): boolean;
    get authorizationError(): string | null;
    get peerCertificate(): X509Certificate | null;
    get peerCertificates(): X509Certificate[];
    get session(): Buffer | null;
    get finished(): Buffer | null;
    get peerFinished(): Buffer | null;
    channelBinding(kind: "tls-server-end-point" | "tls-exporter"): Buffer | null;
    exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer;
}
interface WrapTlsWaitOptions extends WrapTlsOptions, WaitOptions {
}
declare class TlsSocket extends Socket {
    readonly tls: TlsInfo;
    get pending(): number;
    get unsentBytes(): number;
    handshake(options?: WaitOptions): void;
    tryHandshake(): boolean;
    shutdown(how: "read" | "write" | "both"): void;
    unwrap(options?: WaitOptions): Socket;
}
declare function wrapTls(socket: Socket, options?: WrapTlsWaitOptions): TlsSocket;
interface OpenTlsOptions extends OpenConnectionOptions, TlsOptions {
}
interface WrapTlsAsyncOptions extends WrapTlsOptions, AsyncOptions {
}
declare class AsyncTlsSocket extends AsyncSocket {
    readonly tls: TlsInfo;
    get pending(): number;
    handshake(options?: AsyncOptions): Promise<void>;
    shutdown(how: "read" | "write" | "both"): Promise<void>;
    unwrap(options?: AsyncOptions): Promise<AsyncSocket>;
    toBlocking(): TlsSocket;
}
declare function openTls(target: ConnectionTarget, options?: OpenTlsOptions): Promise<AsyncTlsSocket>;
declare function wrapTlsAsync(socket: AsyncSocket, options?: WrapTlsAsyncOptions): Promise<AsyncTlsSocket>;
interface TlsSocket {
    toAsync(): AsyncTlsSocket;
}
interface ConnectTlsOptions extends ConnectionOptions, TlsOptions {
}
declare function connectTls(target: ConnectionTarget, options?: ConnectTlsOptions): TlsSocket;
interface TlsErrorDetails {
    readonly host?: string;
    readonly reason?: string;
    readonly library?: string;
}
declare class TlsError extends SocketError {
    readonly host?: string;
    readonly reason?: string;
    readonly library?: string;
    constructor(code: string, syscall: string, explanation: string, details?: TlsErrorDetails);
}
declare function openSslVersion(): string;
type CallOutcome = "done" | "would block" | "timed out" | "interrupted" | "failed" | "unfinished";
interface TracedCall {
    readonly verb: string;
    readonly fd: number;
    readonly socket: number;
    readonly made: number;
    readonly start: number;
    readonly duration: number;
    readonly waiting: number;
    readonly waitStart: number;
    readonly bytes: number | null;
    readonly port: number;
    readonly outcome: CallOutcome;
    readonly error: string | null;
    readonly systemCalls: Readonly<Record<string, number>>;
}
interface TracedThread {
    readonly id: number;
    readonly calls: readonly TracedCall[];
    readonly dropped: number;
    readonly systemCalls: Readonly<Record<string, number>>;
}
interface TraceOptions {
    readonly workers?: boolean;
    readonly limit?: number;
}
interface Trace {
    readonly process: number;
    readonly began: bigint;
    readonly beganAt: Date;
    readonly threads: readonly TracedThread[];
}
declare class Recording implements Disposable {
    #private;
    stop(): Trace;
    [Symbol.dispose](): void;
}
declare function trace(options?: TraceOptions): Recording;
declare function readTraces(folder: string): Trace[];
interface TraceEvent {
    readonly name: string;
    readonly ph: "X" | "B" | "M";
    readonly cat?: "call" | "waiting";
    readonly ts: number;
    readonly dur?: number;
    readonly pid: number;
    readonly tid: number;
    readonly args: Readonly<Record<string, unknown>>;
}
interface TraceEventDocument {
    readonly traceEvents: readonly TraceEvent[];
    readonly displayTimeUnit: "ms";
    readonly otherData: Readonly<Record<string, string>>;
}
declare function toTraceEvents(traces: Trace | readonly Trace[]): TraceEventDocument;
export { AF_ALG, AF_APPLETALK, AF_ATMPVC, AF_ATMSVC, AF_AX25, AF_BLUETOOTH, AF_CAIF, AF_CAN, AF_IB, AF_IEEE802154, AF_INET, AF_INET6, AF_ISDN, AF_IUCV, AF_KCM, AF_KEY, AF_LLC, AF_LOCAL, AF_MCTP, AF_MPLS, AF_NETLINK, AF_NETROM, AF_NFC, AF_PACKET, AF_PHONET, AF_PPPOX, AF_QIPCRTR, AF_RDS, AF_ROSE, AF_ROUTE, AF_RXRPC, AF_SMC, AF_TIPC, AF_UNIX, AF_UNSPEC, AF_VSOCK, AF_X25, AF_XDP, AI_ADDRCONFIG, AI_ALL, AI_CANONIDN, AI_CANONNAME, AI_IDN, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE, AI_V4MAPPED, ALG_OP_DECRYPT, ALG_OP_ENCRYPT, ALG_SET_AEAD_ASSOCLEN, ALG_SET_AEAD_AUTHSIZE, ALG_SET_DRBG_ENTROPY, ALG_SET_IV, ALG_SET_KEY, ALG_SET_OP, AbortError, AsyncSocket, type AsyncSocketReader, AsyncTlsSocket, BDADDR_BREDR, BDADDR_LE_PUBLIC, BDADDR_LE_RANDOM, BTPROTO_HCI, BTPROTO_L2CAP, BTPROTO_RFCOMM, BTPROTO_SCO, BlockingServer, CAN_BCM, CAN_EFF_FLAG, CAN_ERR_FLAG, CAN_ISOTP, CAN_J1939, CAN_RAW, CAN_RTR_FLAG, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_TAI, Connection, DatagramBatch, DatagramServer, ETH_P_8021Q, ETH_P_ALL, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, EVENT_ERROR, EVENT_HANGUP, EVENT_INVALID, EVENT_PRIORITY, EVENT_READ, EVENT_READ_HANGUP, EVENT_WRITE, HCI_CHANNEL_CONTROL, HCI_CHANNEL_MONITOR, HCI_CHANNEL_RAW, HCI_CHANNEL_USER, IPPROTO_AH, IPPROTO_COMP, IPPROTO_DCCP, IPPROTO_DSTOPTS, IPPROTO_EGP, IPPROTO_ESP, IPPROTO_ETHERNET, IPPROTO_FRAGMENT, IPPROTO_GRE, IPPROTO_HOPOPTS, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IDP, IPPROTO_IGMP, IPPROTO_IP, IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_MPLS, IPPROTO_MPTCP, IPPROTO_NONE, IPPROTO_PIM, IPPROTO_PUP, IPPROTO_RAW, IPPROTO_ROUTING, IPPROTO_RSVP, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPTOS_CLASS_CS0, IPTOS_CLASS_CS1, IPTOS_CLASS_CS2, IPTOS_CLASS_CS3, IPTOS_CLASS_CS4, IPTOS_CLASS_CS5, IPTOS_CLASS_CS6, IPTOS_CLASS_CS7, IPTOS_DSCP_AF11, IPTOS_DSCP_AF12, IPTOS_DSCP_AF13, IPTOS_DSCP_AF21, IPTOS_DSCP_AF22, IPTOS_DSCP_AF23, IPTOS_DSCP_AF31, IPTOS_DSCP_AF32, IPTOS_DSCP_AF33, IPTOS_DSCP_AF41, IPTOS_DSCP_AF42, IPTOS_DSCP_AF43, IPTOS_DSCP_EF, IPTOS_ECN_CE, IPTOS_ECN_ECT0, IPTOS_ECN_ECT1, IPTOS_ECN_NOT_ECT, IPTOS_LOWCOST, IPTOS_LOWDELAY, IPTOS_MINCOST, IPTOS_RELIABILITY, IPTOS_THROUGHPUT, IPV6_ADDRFORM, IPV6_ADDR_PREFERENCES, IPV6_ADD_MEMBERSHIP, IPV6_AUTOFLOWLABEL, IPV6_CHECKSUM, IPV6_DONTFRAG, IPV6_DROP_MEMBERSHIP, IPV6_DSTOPTS, IPV6_FLOWINFO, IPV6_FLOWINFO_SEND, IPV6_FLOWLABEL_MGR, IPV6_FREEBIND, IPV6_HDRINCL, IPV6_HOPLIMIT, IPV6_HOPOPTS, IPV6_IPSEC_POLICY, IPV6_JOIN_ANYCAST, IPV6_JOIN_GROUP, IPV6_LEAVE_ANYCAST, IPV6_LEAVE_GROUP, IPV6_MINHOPCOUNT, IPV6_MTU, IPV6_MTU_DISCOVER, IPV6_MULTICAST_ALL, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP, IPV6_ORIGDSTADDR, IPV6_PATHMTU, IPV6_PKTINFO, IPV6_PMTUDISC_DO, IPV6_PMTUDISC_DONT, IPV6_PMTUDISC_INTERFACE, IPV6_PMTUDISC_OMIT, IPV6_PMTUDISC_PROBE, IPV6_PMTUDISC_WANT, IPV6_PREFER_SRC_CGA, IPV6_PREFER_SRC_COA, IPV6_PREFER_SRC_HOME, IPV6_PREFER_SRC_NONCGA, IPV6_PREFER_SRC_PUBLIC, IPV6_PREFER_SRC_PUBTMP_DEFAULT, IPV6_PREFER_SRC_TMP, IPV6_RECVDSTOPTS, IPV6_RECVERR, IPV6_RECVERR_RFC4884, IPV6_RECVFRAGSIZE, IPV6_RECVHOPLIMIT, IPV6_RECVHOPOPTS, IPV6_RECVORIGDSTADDR, IPV6_RECVPATHMTU, IPV6_RECVPKTINFO, IPV6_RECVRTHDR, IPV6_RECVTCLASS, IPV6_ROUTER_ALERT, IPV6_ROUTER_ALERT_ISOLATE, IPV6_RTHDR, IPV6_RTHDRDSTOPTS, IPV6_TCLASS, IPV6_TRANSPARENT, IPV6_UNICAST_HOPS, IPV6_UNICAST_IF, IPV6_V6ONLY, IPV6_XFRM_POLICY, IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, IP_BIND_ADDRESS_NO_PORT, IP_BLOCK_SOURCE, IP_CHECKSUM, IP_DROP_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP, IP_FREEBIND, IP_HDRINCL, IP_IPSEC_POLICY, IP_LOCAL_PORT_RANGE, IP_MINTTL, IP_MSFILTER, IP_MTU, IP_MTU_DISCOVER, IP_MULTICAST_ALL, IP_MULTICAST_IF, IP_MULTICAST_LOOP, IP_MULTICAST_TTL, IP_NODEFRAG, IP_OPTIONS, IP_ORIGDSTADDR, IP_PASSSEC, IP_PKTINFO, IP_PKTOPTIONS, IP_PMTUDISC_DO, IP_PMTUDISC_DONT, IP_PMTUDISC_INTERFACE, IP_PMTUDISC_OMIT, IP_PMTUDISC_PROBE, IP_PMTUDISC_WANT, IP_PROTOCOL, IP_RECVERR, IP_RECVERR_RFC4884, IP_RECVFRAGSIZE, IP_RECVOPTS, IP_RECVORIGDSTADDR, IP_RECVTOS, IP_RECVTTL, IP_RETOPTS, IP_ROUTER_ALERT, IP_TOS, IP_TRANSPARENT, IP_TTL, IP_UNBLOCK_SOURCE, IP_UNICAST_IF, IP_XFRM_POLICY, InterruptedError, J1939_IDLE_ADDR, J1939_NO_ADDR, J1939_NO_PGN, type ListeningSocket, MCAST_BLOCK_SOURCE, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_GROUP, MCAST_LEAVE_SOURCE_GROUP, MCAST_MSFILTER, MCAST_UNBLOCK_SOURCE, MSG_BATCH, MSG_CMSG_CLOEXEC, MSG_CONFIRM, MSG_CTRUNC, MSG_DONTROUTE, MSG_DONTWAIT, MSG_EOR, MSG_ERRQUEUE, MSG_FASTOPEN, MSG_MORE, MSG_NOSIGNAL, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, MSG_WAITFORONE, MSG_ZEROCOPY, NETLINK_AUDIT, NETLINK_CONNECTOR, NETLINK_CRYPTO, NETLINK_GENERIC, NETLINK_KOBJECT_UEVENT, NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_SELINUX, NETLINK_SOCK_DIAG, NETLINK_USERSOCK, NETLINK_XFRM, NI_DGRAM, NI_IDN, NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST, NI_NUMERICSERV, PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST, PACKET_OUTGOING, POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLPRI, POLLRDHUP, ProxyHeaderParser, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE, RTMGRP_LINK, RTMGRP_NEIGH, ReceivedFd, Recording, ResolveError, SCM_CREDENTIALS, SCM_PIDFD, SCM_RIGHTS, SCM_SECURITY, SCM_TIMESTAMP, SCM_TIMESTAMPING, SCM_TIMESTAMPING_OPT_STATS, SCM_TIMESTAMPING_PKTINFO, SCM_TIMESTAMPNS, SCM_TXTIME, SCM_WIFI_STATUS, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_DCCP, SOCK_DGRAM, SOCK_RAW, SOCK_RCVBUF_LOCK, SOCK_RDM, SOCK_SEQPACKET, SOCK_SNDBUF_LOCK, SOCK_STREAM, SOF_TIMESTAMPING_OPT_CMSG, SOF_TIMESTAMPING_OPT_ID, SOF_TIMESTAMPING_OPT_PKTINFO, SOF_TIMESTAMPING_OPT_STATS, SOF_TIMESTAMPING_OPT_TSONLY, SOF_TIMESTAMPING_OPT_TX_SWHW, SOF_TIMESTAMPING_RAW_HARDWARE, SOF_TIMESTAMPING_RX_HARDWARE, SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE, SOF_TIMESTAMPING_SYS_HARDWARE, SOF_TIMESTAMPING_TX_ACK, SOF_TIMESTAMPING_TX_HARDWARE, SOF_TIMESTAMPING_TX_SCHED, SOF_TIMESTAMPING_TX_SOFTWARE, SOF_TXTIME_DEADLINE_MODE, SOF_TXTIME_REPORT_ERRORS, SOL_ALG, SOL_BLUETOOTH, SOL_CAN_BASE, SOL_CAN_RAW, SOL_ICMPV6, SOL_IP, SOL_IPV6, SOL_KCM, SOL_MPTCP, SOL_NETLINK, SOL_PACKET, SOL_RAW, SOL_RDS, SOL_RXRPC, SOL_SMC, SOL_SOCKET, SOL_TCP, SOL_TIPC, SOL_TLS, SOL_UDP, SOL_VSOCK, SOL_XDP, SOMAXCONN, SO_ACCEPTCONN, SO_ATTACH_BPF, SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF, SO_BINDTODEVICE, SO_BINDTOIFINDEX, SO_BPF_EXTENSIONS, SO_BROADCAST, SO_BSDCOMPAT, SO_BUF_LOCK, SO_BUSY_POLL, SO_BUSY_POLL_BUDGET, SO_CNX_ADVICE, SO_COOKIE, SO_DEBUG, SO_DETACH_FILTER, SO_DETACH_REUSEPORT_BPF, SO_DOMAIN, SO_DONTROUTE, SO_ERROR, SO_GET_FILTER, SO_INCOMING_CPU, SO_INCOMING_NAPI_ID, SO_INQ, SO_KEEPALIVE, SO_LINGER, SO_LOCK_FILTER, SO_MARK, SO_MAX_PACING_RATE, SO_MEMINFO, SO_NETNS_COOKIE, SO_NOFCS, SO_NO_CHECK, SO_OOBINLINE, SO_PASSCRED, SO_PASSPIDFD, SO_PASSRIGHTS, SO_PASSSEC, SO_PEEK_OFF, SO_PEERCRED, SO_PEERGROUPS, SO_PEERPIDFD, SO_PEERSEC, SO_PREFER_BUSY_POLL, SO_PRIORITY, SO_PROTOCOL, SO_RCVBUF, SO_RCVBUFFORCE, SO_RCVLOWAT, SO_RCVMARK, SO_RCVPRIORITY, SO_RCVTIMEO, SO_RESERVE_MEM, SO_REUSEADDR, SO_REUSEPORT, SO_RXQ_OVFL, SO_SELECT_ERR_QUEUE, SO_SNDBUF, SO_SNDBUFFORCE, SO_SNDLOWAT, SO_SNDTIMEO, SO_TIMESTAMP, SO_TIMESTAMPING, SO_TIMESTAMPNS, SO_TXREHASH, SO_TXTIME, SO_TYPE, SO_WIFI_STATUS, SO_ZEROCOPY, Selector, Server, Socket, SocketDuplex, SocketError, type SocketReader, SocketTimeoutError, TCP_CC_INFO, TCP_CLOSE, TCP_CLOSE_WAIT, TCP_CLOSING, TCP_CONGESTION, TCP_CORK, TCP_DEFER_ACCEPT, TCP_DELACK_MAX_US, TCP_ESTABLISHED, TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_KEY, TCP_FASTOPEN_NO_COOKIE, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_INFO, TCP_INQ, TCP_IS_MPTCP, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LAST_ACK, TCP_LINGER2, TCP_LISTEN, TCP_MAXSEG, TCP_MD5SIG, TCP_NODELAY, TCP_NOTSENT_LOWAT, TCP_QUEUE_SEQ, TCP_QUICKACK, TCP_REPAIR, TCP_REPAIR_OPTIONS, TCP_REPAIR_QUEUE, TCP_REPAIR_WINDOW, TCP_RTO_MAX_MS, TCP_RTO_MIN_US, TCP_SAVED_SYN, TCP_SAVE_SYN, TCP_SYNCNT, TCP_SYN_RECV, TCP_SYN_SENT, TCP_THIN_DUPACK, TCP_THIN_LINEAR_TIMEOUTS, TCP_TIMESTAMP, TCP_TIME_WAIT, TCP_TX_DELAY, TCP_ULP, TCP_USER_TIMEOUT, TCP_WINDOW_CLAMP, TIPC_CLUSTER_SCOPE, TIPC_NODE_SCOPE, TlsContext, TlsError, TlsInfo, TlsSocket, UDP_CORK, UDP_ENCAP, UDP_GRO, UDP_NO_CHECK6_RX, UDP_NO_CHECK6_TX, UDP_SEGMENT, VMADDR_CID_ANY, VMADDR_CID_HOST, VMADDR_CID_HYPERVISOR, VMADDR_CID_LOCAL, VMADDR_FLAG_TO_HOST, VMADDR_PORT_ANY, WouldBlockError, adopt, afName, attach, cmsgLen, cmsgSpace, connectTls, controlValue, createConnection, createServer, dupFd, encodeProxyHeader, errno, errnoMessage, errnoName, eventNames, getHostName, getProtoByName, getProtoByNumber, getServByName, getServByPort, handOver, ifIndexToName, ifNameIndex, ifNameToIndex, inetNtop, inetPton, interruptThread, ipProtoName, listenFds, listenHttp, openConnection, openSslVersion, openTls, poll, readProxyHeader, readProxyHeaderAsync, readTraces, resolve, resolveAsync, reverse, select, serve, serveBlocking, serveDatagrams, share, sockTypeName, socketSupport, toDuplex, toTraceEvents, toWeb, trace, unshare, wake, wrapTls, wrapTlsAsync };
export type { AcceptMessage, Address, AddressInfoFlag, AddressInput, AddressPreference, AddressValue, AlgAddress, AlgorithmValue, AnyOption, AsyncOptions, AsyncTransferOptions, BlockingServerEvents, BluetoothHciAddress, BluetoothL2capAddress, BluetoothRfcommAddress, BluetoothScoAddress, BufferLock, BufferOptions, CallOutcome, CanAddress, CanIsotpAddress, CanJ1939Address, Clock, CloseMessage, CloseOptions, ConnectMessage, ConnectTlsOptions, ConnectionHandler, ConnectionOptions, ConnectionTarget, ConnectionsOptions, ControlInput, ControlInputs, ControlMessage, ControlType, ControlValues, Data, DatagramHandlers, DatagramTarget, DeadThread, DrainOptions, DuplexOptions, ErrorMessage, ErrorOrigin, ErrorSource, Family, FdInput, FileOptions, FilterInstruction, FlagOptions, GatheredData, Given, GivenListener, GroupMembership, GroupSourceMembership, HandOver, HandlerOptions, Handlers, HostAddress, HostInput, Inet6Address, InetAddress, InterfaceName, Ipv4Membership, Ipv4SourceMembership, Ipv6Membership, Ipv6PacketInfo, Ipv6PathMtu, Level, Limit, LineOptions, LinuxAddress, LinuxInput, ListenFdsOptions, ListenHttpOptions, ListenHttpTarget, MessageFacts, MessageFlag, NameInfoFlag, NetlinkAddress, OpenConnectionOptions, OpenFile, OpenTlsOptions, OptionFamily, OptionRow, OptionSocketType, OwnListener, PacketAddress, PacketInfo, PacketInfo6, PacketTimes, PassedSocket, PathMtuDiscovery, PeerCredentials, Pem, PollEvent, PollRequest, PortRange, Protocol, ProxyAddressInput, ProxyHeader, ProxyHeaderInput, ProxyHeaderOptions, ProxyTls, ProxyTlv, ProxyValues, QipcrtrAddress, QueuedError, RangeOptions, RawAddress, RawControl, RawInput, ReadProxyHeaderOptions, ReadableOption, ReaderOptions, Readiness, Ready, ReceiveMessageOptions, Received, ReceivedFds, ReceivedInto, ReceivedMessage, ReceivedMessageInto, RepairOption, RepairWindow, ResolveOptions, ResolvedAddress, ReverseOptions, ReversedAddress, SelectLists, Selectable, SendBatchOptions, SendFdsOptions, SendMessageOptions, ServeBlockingOptions, ServeBlockingTarget, ServeBlockingTlsOptions, ServeDatagramsOptions, ServeOptions, ServeTarget, ServerOptions, ServerTarget, SharedSocket, Shutdown, SocketMemory, SocketOption, SocketSupport, SocketType, SourceFilter, Supports, TcpInfo, TcpSignatureKey, TcpState, TimestampingFlag, TipcRangeAddress, TipcServiceAddress, TipcSocketAddress, TlsCipher, TlsContextOptions, TlsErrorDetails, TlsOptions, TlsVersion, Trace, TraceEvent, TraceEventDocument, TraceOptions, TracedCall, TracedThread, TransferOptions, TransmitTime, TransmitTimeFlag, TypeOfService, UnixAbstractAddress, UnixAddress, UnixInput, UnixPathAddress, UnixPathInput, UnixUnnamedAddress, VsockAddress, WaitOptions, Waker, WatchOptions, WebStreams, WebStreamsOptions, WrapTlsAsyncOptions, WrapTlsOptions, WrapTlsWaitOptions, WritableData, WritableOption, XdpAddress };
