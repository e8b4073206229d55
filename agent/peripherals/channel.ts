/**
 * A way for bytes to and from hardware: a serial port, a TCP connection, a USB interface. The three differ only in
 * how they open: channels/serial.ts, channels/tcp.ts, channels/usb-printer.ts and channels/usb-hid.ts, each with its own time limits.
 */
export interface Channel {
  /** Resolves once the system has taken the bytes. @throws CHANNEL_LOST, CHANNEL_STALLED */
  write(bytes: Uint8Array): Promise<void>
  /** Set once, before the next turn of the event loop. `closed` is called once; its argument is null when we closed. */
  listen(handlers: ChannelHandlers): void
  /** Stops reading, so that the sender is held up as its own hardware would hold it. Left out: it can't be held up. */
  pause?(): void
  resume?(): void
  /** Says that nothing more will be written, and goes on reading. Left out: such a channel has no end but `close`. */
  finish?(): void
  /** Drops the connection so that the other side sees a failure, not a goodbye. */
  reset?(): void
  /** Never throws, never takes longer than a second. */
  close(): Promise<void>
}

export interface ChannelHandlers {
  data(bytes: Uint8Array): void
  closed(problem: Error | null): void
  /** The other side will write no more but still reads. A channel whose owner leaves this out closes itself then. */
  ended?(): void
}

/** How long one write may wait for the hardware; null: as long as it takes. Left out: the channel's own limit. */
export interface WriteLimit {
  readonly stallMs?: number | null
}

export interface SerialSettings {
  readonly path: string
  readonly baudRate: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
  readonly flowControl: 'none' | 'hardware' | 'software'
}

export interface UsbSettings {
  readonly vendorId: number
  readonly productId: number
  /** Tells two alike apart; null: any. */
  readonly serialNumber: string | null
}

/** A HID device's channel: its input reports, and how it describes them; null: it does not say. */
export interface HidChannel extends Channel {
  readonly reportDescriptor: Uint8Array | null
}

/** How channels are opened; tests bring their own. Each throws a typed error that names what to look at. */
export interface OpenChannels {
  serial(settings: SerialSettings & WriteLimit): Promise<Channel>
  /** `connectMs`: how long to wait for the host; left out: the channel's own limit. */
  tcp(settings: { host: string; port: number; connectMs?: number } & WriteLimit): Promise<Channel>
  usbPrinter(settings: UsbSettings & WriteLimit): Promise<Channel>
  /** Each `data` is one HID report. */
  usbHid(settings: UsbSettings): Promise<HidChannel>
  /** Takes connections; `connected` gets each. */
  tcpServer(settings: {
    host: string
    port: number
    connected(channel: Channel): void
  }): Promise<{ readonly port: number; close(): Promise<void> }>
}
