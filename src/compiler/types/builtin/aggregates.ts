/**
 * When PostgreSQL's own aggregates and window functions give NULL.
 *
 * Invariant: `filled` aggregates give a value for any rows at all, `valued` ones for rows of which
 * one has a value; of any other nothing is known.
 */
import type { PgFunction } from '../../../catalog/index.js';
import { isValuedExtensionAggregate } from './extensions.js';
import { byName } from './names.js';

/**
 * - `never`: a value even for no rows
 * - `filled`: NULL only for no rows
 * - `valued`: NULL only for no rows, or none with a value
 * - `partial`: perhaps
 */
export type AggregateRule = 'never' | 'filled' | 'valued' | 'partial';

const RULES = byName<AggregateRule>(
  ['never', 'count regr_count rank dense_rank percent_rank cume_dist'],
  [
    'filled',
    `array_agg json_agg jsonb_agg json_agg_strict jsonb_agg_strict json_object_agg jsonb_object_agg
    json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique
    json_object_agg_unique_strict jsonb_object_agg_unique_strict`,
  ],
  [
    'valued',
    `any_value avg bit_and bit_or bit_xor bool_and bool_or every max min mode percentile_cont percentile_disc
    range_agg range_intersect_agg stddev_pop string_agg sum var_pop xmlagg`,
  ],
);

export function aggregateRule(entry: PgFunction): AggregateRule {
  if (!entry.builtin) return isValuedExtensionAggregate(entry) ? 'valued' : 'partial';
  return RULES.get(entry.name) ?? 'partial';
}

/**
 * - `always`: a value in every row
 * - `argument`: as its argument
 * - `frame`: as its argument, where the frame holds the row itself
 * - `offset`: as its argument, or the default
 */
type WindowRule = 'always' | 'argument' | 'frame' | 'offset' | 'partial';

const WINDOW_RULES = byName<WindowRule>(
  ['always', 'row_number rank dense_rank percent_rank cume_dist'],
  ['argument', 'ntile'],
  ['frame', 'first_value last_value'],
  ['offset', 'lag lead'],
);

export function windowRule({ builtin, name }: PgFunction): WindowRule {
  return (builtin ? WINDOW_RULES.get(name) : undefined) ?? 'partial';
}
