/** What a test server is, however it was started. */
export interface TestServer {
  /** A superuser's URL of the `postgres` database. */
  readonly url: string;
  /** What it is, for people. */
  readonly label: string;
  /** Ends the server and starts it again on the same address; absent where the server is not ours. */
  readonly restart?: () => Promise<void>;
  stop(): Promise<void>;
}

/** Durability is worth nothing here, nor is the care for tables that last; the connections are many, and the rest is the same on every server. */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  full_page_writes: 'off',
  timezone: 'UTC',
  lc_messages: 'C',
};

/** The same order of text and the same `lower()` on every platform; and a password that is quickly checked, for thousands of connections. */
export const INITDB_FLAGS: readonly string[] = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--set=scram_iterations=1',
];
