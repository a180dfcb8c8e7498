/** Databases of the run's own on the server: copies of one another, and dropped whatever happens. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { connect, quoteIdentifier, quoteLiteral, withDatabase } from '../server.js';

export class Scratch {
  private readonly names = new Set<string>();

  private constructor(
    private readonly admin: pg.Client,
    private readonly serverUrl: string,
  ) {}

  static async open(serverUrl: string): Promise<Scratch> {
    return new Scratch(await connect(serverUrl), serverUrl);
  }

  async create(template = 'template0'): Promise<{ readonly name: string; readonly url: string }> {
    const name = `sqlward_truth_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    await this.admin.query(`CREATE DATABASE ${name} TEMPLATE ${quoteIdentifier(template)}`);
    this.names.add(name);
    // A copy has everything of its template but the settings that a schema gave to the database.
    const settings = await this.admin.query<{ setting: string }>(
      `SELECT unnest(s.setconfig) AS setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = $1 AND s.setrole = 0`,
      [template],
    );
    for (const { setting } of settings.rows) {
      const [parameter = '', ...value] = setting.split('=');
      await this.admin.query(
        `ALTER DATABASE ${name} SET ${parameter} = ${isList(parameter) ? value.join('=') : quoteLiteral(value.join('='))}`,
      );
    }
    return { name, url: withDatabase(this.serverUrl, name) };
  }

  async drop(name: string): Promise<void> {
    await this.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    this.names.delete(name);
  }

  async close(): Promise<void> {
    for (const name of [...this.names]) await this.drop(name);
    await this.admin.end();
  }
}

/** Settings whose value is a list of names, which PostgreSQL keeps as it would be written. */
function isList(parameter: string): boolean {
  return parameter === 'search_path';
}
