/**
 * When PostgreSQL's own aggregates and window functions give NULL.
 *
 * Invariant: `filled` aggregates give a value for any rows at all, `valued` ones for rows of which
 * one has a value; of any other nothing is known.
 */
import type { PgFunction } from '../../../catalog/index.js';
import { isValuedExtensionAggregate } from './extensions.js';

/**
 * - `never`: a value even for no rows
 * - `filled`: NULL only for no rows
 * - `valued`: NULL only for no rows, or none with a value
 * - `partial`: perhaps
 */
export type AggregateRule = 'never' | 'filled' | 'valued' | 'partial';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const RULES: ReadonlyMap<string, AggregateRule> = new Map<string, AggregateRule>([
  ...words('count regr_count rank dense_rank percent_rank cume_dist').map((name): [string, AggregateRule] => [name, 'never']),
  ...words(`array_agg json_agg jsonb_agg json_agg_strict jsonb_agg_strict json_object_agg jsonb_object_agg
    json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique
    json_object_agg_unique_strict jsonb_object_agg_unique_strict`).map((name): [string, AggregateRule] => [name, 'filled']),
  ...words(`any_value avg bit_and bit_or bit_xor bool_and bool_or every max min mode percentile_cont percentile_disc
    range_agg range_intersect_agg stddev_pop string_agg sum var_pop xmlagg`).map((name): [string, AggregateRule] => [name, 'valued']),
]);

export function aggregateRule(entry: PgFunction): AggregateRule {
  if (!entry.builtin) return isValuedExtensionAggregate(entry) ? 'valued' : 'partial';
  return RULES.get(entry.name) ?? 'partial';
}

/** Window functions that have a value in every row. */
const ALWAYS: ReadonlySet<string> = new Set(words('row_number rank dense_rank percent_rank cume_dist'));

export type WindowRule = 'always' | 'argument' | 'frame' | 'offset' | 'partial';

/**
 * - `always`: a value in every row
 * - `argument`: as its argument, like `ntile`
 * - `frame`: as its argument, where the frame holds the row itself
 * - `offset`: `lag` and `lead`
 */
export function windowRule(entry: PgFunction): WindowRule {
  if (!entry.builtin) return 'partial';
  if (ALWAYS.has(entry.name)) return 'always';
  if (entry.name === 'ntile') return 'argument';
  if (entry.name === 'first_value' || entry.name === 'last_value') return 'frame';
  return entry.name === 'lag' || entry.name === 'lead' ? 'offset' : 'partial';
}
