/**
 * When the functions and operators of well-known extensions give NULL.
 *
 * Invariant: as with PostgreSQL's own, only what never gives NULL by itself counts as total. The
 * catalog says what belongs to an extension; a function of the user's with the same name does not.
 */
import type { PgFunction, PgOperator } from '../../../catalog/index.js';
import { names } from './names.js';

interface Extension {
  /** Functions that are NULL only where an argument is, or all but the `partial` ones. */
  readonly total: 'all' | readonly string[];
  readonly partial?: readonly string[];
  /** Aggregates that are NULL only for no value. */
  readonly valued?: readonly string[];
  readonly partialOperators?: readonly string[];
}

const EXTENSIONS: Readonly<Partial<Record<string, Extension>>> = {
  citext: { total: 'all', partial: ['regexp_match', 'split_part'], valued: ['min', 'max'] },
  pg_trgm: { total: 'all' },
  unaccent: { total: 'all' },
  'uuid-ossp': { total: 'all' },
  pgcrypto: {
    total: names(`armor crypt dearmor decrypt decrypt_iv digest encrypt encrypt_iv gen_random_bytes gen_salt hmac
        pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_decrypt
        pgp_sym_decrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea`),
  },
  fuzzystrmatch: { total: names('difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal metaphone soundex') },
  hstore: {
    total: names(`akeys avals defined delete exist exists_all exists_any hs_concat hs_contained hs_contains
        hstore_to_array hstore_to_json hstore_to_json_loose hstore_to_jsonb hstore_to_jsonb_loose isdefined slice
        slice_array`),
    partialOperators: ['->', '#='],
  },
  ltree: {
    total: names('index ltree2text ltree_addltree ltree_addtext ltree_textadd nlevel subltree subpath text2ltree'),
    // The first of several paths that matches.
    partialOperators: ['?@>', '?<@', '?~', '?@'],
  },
  vector: {
    total: names(`binary_quantize cosine_distance hamming_distance inner_product jaccard_distance l1_distance
        l2_distance l2_norm l2_normalize subvector vector_dims vector_norm vector halfvec sparsevec array_to_vector
        array_to_halfvec array_to_sparsevec vector_to_float4 halfvec_to_float4 vector_to_halfvec vector_to_sparsevec
        halfvec_to_vector halfvec_to_sparsevec sparsevec_to_vector sparsevec_to_halfvec`),
  },
};

export function extensionRule({ extension, kind, name, strict }: PgFunction): 'total' | 'valued' | 'partial' {
  const { total = [], partial = [], valued = [] } = EXTENSIONS[extension ?? ''] ?? {};
  if (kind === 'aggregate') return valued.includes(name) ? 'valued' : 'partial';
  return strict && !partial.includes(name) && (total === 'all' || total.includes(name)) ? 'total' : 'partial';
}

export function isTotalExtensionOperator(entry: PgOperator): boolean {
  const extension = EXTENSIONS[entry.extension ?? ''];
  return extension !== undefined && entry.strict && extension.partialOperators?.includes(entry.name) !== true;
}
