/** The run's way to one database: opened again where a query cost the connection. */
import type pg from 'pg';
import { connect } from '../server.js';

export class Connection {
  private open: pg.Client | undefined;

  constructor(private readonly url: string) {}

  async client(): Promise<pg.Client> {
    if (this.open === undefined) {
      this.open = await connect(this.url);
      // A query that never ends is refused like any other.
      await this.open.query(`SET statement_timeout = '2s'`);
    }
    return this.open;
  }

  async reopen(): Promise<void> {
    await this.end();
  }

  async end(): Promise<void> {
    await this.open?.end().catch(() => undefined);
    this.open = undefined;
  }
}
