/** Partitioned tables whose partitions are made by somebody else's job get one, so that they can hold rows. */
import type pg from 'pg';
import { textRows } from '../server.js';

export async function completePartitions(client: pg.ClientBase): Promise<void> {
  const rows = await textRows(
    client,
    `SELECT format('%I.%I', n.nspname, c.relname) AS sql, format('%I.%I', n.nspname, left(c.relname, 50) || '_truth') AS made, p.partstrat AS strategy
     FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid)`,
  );
  for (const { sql, made, strategy } of rows) {
    await client.query(
      `CREATE TABLE ${made ?? ''} PARTITION OF ${sql ?? ''} ${strategy === 'h' ? 'FOR VALUES WITH (MODULUS 1, REMAINDER 0)' : 'DEFAULT'}`,
    );
  }
}
