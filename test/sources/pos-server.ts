/** A database server as the POS and its administrator see it. */
export interface PosServer extends AsyncDisposable {
  readonly product: 'postgres' | 'mysql'
  readonly port: number
  /** An administrator's connection to a new database. */
  createDatabase(name: string): Promise<PosConnection>
  stop(): Promise<void>
  start(): Promise<void>
}

export interface PosConnection extends AsyncDisposable {
  /** Runs one statement; `?` for each param. Without params it may be several. */
  run(sql: string, params?: readonly (string | number | null | Buffer)[]): Promise<readonly unknown[]>
}
