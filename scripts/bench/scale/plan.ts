/** How PostgreSQL finds the logs, in a few words, and how much it reads for them. */
import type pg from 'pg';
import { z } from 'zod';

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'One-Time Filter'?: string | undefined;
  readonly 'Shared Hit Blocks'?: number | undefined;
  readonly 'Shared Read Blocks'?: number | undefined;
  readonly Plans?: readonly Node[] | undefined;
}

const node: z.ZodType<Node> = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'One-Time Filter': z.string().optional(),
  'Shared Hit Blocks': z.number().optional(),
  'Shared Read Blocks': z.number().optional(),
  Plans: z.array(z.lazy(() => node)).optional(),
});
const answer = z.tuple([z.looseObject({ 'QUERY PLAN': z.tuple([z.looseObject({ Plan: node })]) })]);

export interface Plan {
  /** Such as `Index Scan, connect_time` or `Bitmap Heap Scan, organization_id, sort`. */
  readonly summary: string;
  /** Pages of 8 kB that it touched, in memory or not: a measure that no other load on the machine moves. */
  readonly pages: number;
}

export async function planOf(client: pg.Client, text: string): Promise<Plan> {
  const { rows } = await client.query<object>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`);
  const [{ 'QUERY PLAN': plans }] = answer.parse(rows);
  const root = plans[0].Plan;
  return { summary: summaryOf(flatten(root)), pages: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0) };
}

function summaryOf(nodes: readonly Node[]): string {
  const scan = nodes.find((one) => one['Relation Name'] === 'connection_logs');
  if (scan === undefined) return nodes.some((one) => one['One-Time Filter'] !== undefined) ? 'no scan' : '?';
  const index = flatten(scan).find((one) => one['Index Name'] !== undefined)?.['Index Name'];
  const by = index === undefined ? '' : `, ${index.replace(/^connection_logs_|_idx$/g, '')}`;
  return `${scan['Node Type']}${by}${nodes.some((one) => one['Node Type'].endsWith('Sort')) ? ', sort' : ''}`;
}

function flatten(one: Node): Node[] {
  return [one, ...(one.Plans ?? []).flatMap(flatten)];
}
