/**
 * When PostgreSQL's own functions, aggregates and window functions give NULL.
 *
 * Invariant: a function is named here only where no arguments but NULL make it NULL, over the whole
 * range of its argument types: infinite timestamps, empty arrays and ranges, NaN and JSON null too.
 * A function that is not named may always give NULL. A test calls every one of them.
 */
import type { PgFunction } from '../../../catalog/index.js';
import { TYPE } from '../pg-types.js';
import { extensionRule } from './extensions.js';
import { byName, names } from './names.js';

/**
 * - `total`: NULL only where an argument is NULL
 * - `first`, `firstTwo`: NULL only where the first argument is, or one of the first two
 * - `any`: NULL only where all arguments are
 * - `never`: not even from NULL, or from no rows
 * - `filled`: an aggregate that is NULL only for no rows
 * - `valued`: one that is NULL only for no rows, or none with a value
 * - `frame`: NULL only where its argument is, or the frame does not hold the row itself
 * - `offset`: NULL only where its argument is, or there is no such row
 * - `partial`: perhaps
 */
export type NullRule = 'total' | 'first' | 'firstTwo' | 'any' | 'never' | 'filled' | 'valued' | 'frame' | 'offset' | 'partial';

/**
 * `strict`: total where the overload is strict; by what they are about, from numbers to the session. Calls with the word
 * VARIADIC are left out of what is said of the others.
 */
const RULES = byName<NullRule | 'strict'>({
  strict: `
    abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd
    degrees div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 mod pi pow power radians random
    random_normal round sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket
    ascii bit_count bit_length btrim casefold char_length character_length chr convert convert_from convert_to
    crc32 crc32c decode encode get_bit get_byte initcap is_normalized left length like like_escape lpad ltrim md5
    normalize notlike octet_length overlay parse_ident position quote_ident quote_literal regexp_count regexp_instr
    regexp_like regexp_replace regexp_split_to_array repeat replace reverse right rpad rtrim set_bit set_byte sha224
    sha256 sha384 sha512 similar_to_escape split_part starts_with strpos substr to_ascii to_bin to_hex to_oct translate
    unicode_assigned unistr
    age clock_timestamp date_add date_bin date_subtract date_trunc isfinite justify_days justify_hours
    justify_interval make_date make_interval make_time make_timestamp make_timestamptz now statement_timestamp timeofday
    timezone to_date to_timestamp transaction_timestamp
    array_to_json json_array_length json_object json_strip_nulls json_typeof jsonb_array_length jsonb_concat
    jsonb_contained jsonb_contains jsonb_delete jsonb_delete_path jsonb_exists jsonb_exists_all jsonb_exists_any
    jsonb_insert jsonb_object jsonb_path_query_array jsonb_path_query_array_tz jsonb_pretty jsonb_set jsonb_strip_nulls
    jsonb_typeof row_to_json to_json to_jsonb
    array_reverse array_sample array_shuffle array_sort array_to_tsvector arraycontained arraycontains
    arrayoverlap cardinality trim_array
    isempty lower_inc lower_inf range_merge upper_inc upper_inf int4multirange int8multirange nummultirange
    datemultirange tsmultirange tstzmultirange multirange
    json_to_tsvector jsonb_to_tsvector numnode phraseto_tsquery plainto_tsquery querytree setweight strip
    to_tsquery to_tsvector ts_delete ts_filter ts_headline ts_rank ts_rank_cd ts_rewrite tsquery_phrase
    tsvector_to_array websearch_to_tsquery
    abbrev broadcast family host hostmask inet_merge inet_same_family macaddr8_set7bit masklen netmask network
    set_masklen
    bound_box center diagonal diameter height isclosed isopen npoints pclose popen radius slope width
    xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlcomment xmlexists xmltext xpath
    xpath_exists
    gen_random_uuid uuidv4 uuidv7 nextval setval currval lastval hashtext hashtextextended hashint4 hashint8
    hash_array hash_array_extended hash_record hash_record_extended hashboolextended hashint4extended hashint8extended
    pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
    pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared
    pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_sleep pg_sleep_for pg_sleep_until
    current_database current_schemas getdatabaseencoding pg_backend_pid pg_client_encoding
    pg_column_size pg_conf_load_time pg_current_snapshot pg_current_xact_id pg_encoding_to_char pg_char_to_encoding
    pg_get_userbyid pg_is_in_recovery pg_postmaster_start_time pg_size_bytes pg_size_pretty pg_trigger_depth
    txid_current txid_current_snapshot version current_user session_user`,
  never: `concat json_build_array json_build_object jsonb_build_array jsonb_build_object num_nonnulls num_nulls
    pg_typeof quote_nullable enum_first enum_last enum_range daterange int4range int8range numrange tsrange tstzrange
    array_append array_prepend array_fill pg_notify
    count regr_count row_number rank dense_rank percent_rank cume_dist`,
  first: 'concat_ws format array_remove array_replace array_positions string_to_array format_type',
  firstTwo: 'array_to_string',
  any: 'array_cat',
  total: 'overlaps set_config jsonb_set_lax ntile',
  filled: `array_agg json_agg jsonb_agg json_agg_strict jsonb_agg_strict json_object_agg jsonb_object_agg
    json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique
    json_object_agg_unique_strict jsonb_object_agg_unique_strict`,
  valued: `any_value avg bit_and bit_or bit_xor bool_and bool_or every max min mode percentile_cont percentile_disc
    range_agg range_intersect_agg stddev_pop string_agg sum var_pop xmlagg`,
  frame: 'first_value last_value',
  offset: 'lag lead',
});

/** PostgreSQL's own casts that give NULL: from a JSON null, and from an infinite time to a time of day. */
function isPartialCast(name: string, from: number | undefined): boolean {
  return from === TYPE.jsonb || (/^time(?:tz)?$/.test(name) && (from === TYPE.timestamp || from === TYPE.timestamptz));
}

/** Functions that carry out casts, and constructors of the same name. */
const CASTS: ReadonlySet<string> = new Set(
  names(`bit bool box bpchar bytea char cidr circle date float4 float8 int2 int4 int8 interval line lseg macaddr macaddr8
    money name numeric oid path point polygon regclass text time timestamp timestamptz timetz varbit varchar xid xml`),
);

const isRange = (oid: number | undefined): boolean => oid === TYPE.anyrange || oid === TYPE.anymultirange;
const NUMBERS: ReadonlySet<number | undefined> = new Set([TYPE.int2, TYPE.int4, TYPE.int8, TYPE.numeric, TYPE.float4, TYPE.float8]);

/** Total for some argument types only. */
const TOTAL_FOR: Readonly<Record<string, (types: readonly number[]) => boolean>> = {
  lower: ([type]) => !isRange(type),
  upper: ([type]) => !isRange(type),
  // Empty formats give NULL for times, and so do infinite ones; numbers have neither.
  to_char: ([type]) => NUMBERS.has(type),
  // With a second argument it lets a setting be missing.
  current_setting: (types) => types.length === 1,
  // With a pattern it finds nothing where nothing matches.
  substring: ([, second]) => second === TYPE.int4,
};

/** Fields that an infinite date or time still has. */
const UNBOUNDED_FIELDS: ReadonlySet<string> = new Set([
  ...names('epoch year years y yr yrs century centuries cent c decade decades dec decs millennium millennia mil mils'),
  ...names('julian isoyear'),
]);

/** Whether `extract(field from value)` and `date_part` give a number whenever the value is not NULL. */
export function isFieldAlwaysThere(field: string | undefined, valueType: number, finite: boolean): boolean {
  if (field === undefined) return false;
  if (finite || valueType === TYPE.time || valueType === TYPE.timetz) return true;
  const dated = valueType === TYPE.timestamp || valueType === TYPE.timestamptz || valueType === TYPE.date;
  return (dated && UNBOUNDED_FIELDS.has(field.toLowerCase())) || (valueType === TYPE.interval && field.toLowerCase() === 'epoch');
}

export function nullRule(entry: PgFunction): NullRule {
  if (!entry.builtin) return extensionRule(entry);
  const { name, kind, strict, argumentTypeOids } = entry;
  const rule = RULES.get(name);
  const isCall = kind === 'function';
  if (rule === 'strict') return strict ? 'total' : argumentTypeOids.length === 0 ? 'never' : 'partial';
  if (rule !== undefined) return isCall && strict ? 'total' : rule;
  if (!isCall || !strict) return 'partial';
  if (CASTS.has(name)) return isPartialCast(name, argumentTypeOids[0]) ? 'partial' : 'total';
  return TOTAL_FOR[name]?.(argumentTypeOids) === true ? 'total' : 'partial';
}

/** `arguments`: an array holds NULL only where an array or element among the arguments does. */
type ElementRule = 'notNull' | 'arguments' | 'nullable';

const ELEMENT_RULES = byName<ElementRule>({
  notNull: 'regexp_split_to_array enum_range array_positions tsvector_to_array current_schemas xpath parse_ident',
  arguments: `array_append array_cat array_prepend array_remove array_reverse array_sample array_shuffle array_sort
    trim_array array_fill array_larger array_smaller`,
});

export function elementRule({ builtin, name }: PgFunction, argumentCount: number): ElementRule {
  if (!builtin) return 'nullable';
  if (name === 'string_to_array' && argumentCount === 2) return 'notNull';
  return ELEMENT_RULES.get(name) ?? 'nullable';
}

/** Output columns of set-returning functions that are never NULL, by name; `''` is a result without a name. */
const FILLED_OUTPUTS = byName({
  '': `generate_series generate_subscripts json_object_keys jsonb_object_keys regexp_split_to_table regexp_matches
    jsonb_path_query jsonb_path_query_tz`,
  value: 'json_array_elements jsonb_array_elements',
  'key value': 'json_each jsonb_each',
  key: 'json_each_text jsonb_each_text',
});

/** Whether a row of a set-returning function always has a value in this output. */
export function isOutputFilled(entry: PgFunction, output: string, argumentCount: number): boolean {
  if (!entry.builtin) return false;
  if (entry.name === 'string_to_table') return argumentCount === 2;
  // Of ranges, and of the words of a text.
  if (entry.name === 'unnest')
    return isRange(entry.argumentTypeOids[0]) || (entry.argumentTypeOids[0] === TYPE.tsvector && output === 'lexeme');
  return FILLED_OUTPUTS.get(entry.name)?.split(' ').includes(output) === true;
}
