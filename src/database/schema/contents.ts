/**
 * What well-known extensions bring, by extension: the names that a schema or a query uses without
 * saying where they come from.
 *
 * Invariant: a name here is no part of PostgreSQL itself, in any version that is served. Functions
 * that only take an extension's own types are left out where their names are everybody's (`sort`,
 * `each`): who has the type has the extension.
 */
export interface Contents {
  readonly types?: string;
  readonly functions?: string;
  readonly operatorClasses?: string;
  readonly accessMethods?: string;
  readonly relations?: string;
}

/** Lists of names with spaces between them. */
export const CONTENTS: Readonly<Record<string, Contents>> = {
  amcheck: { functions: 'bt_index_check bt_index_parent_check gin_index_check verify_heapam' },
  bloom: { accessMethods: 'bloom' },
  citext: { types: 'citext', functions: 'citext', operatorClasses: 'citext_ops citext_pattern_ops' },
  cube: {
    types: 'cube',
    functions: 'cube cube_dim cube_distance cube_enlarge cube_ll_coord cube_ur_coord',
    operatorClasses: 'gist_cube_ops',
  },
  earthdistance: {
    types: 'earth',
    functions: 'earth earth_box earth_distance gc_to_sec geo_distance latitude ll_to_earth longitude sec_to_gc',
  },
  fuzzystrmatch: {
    functions: 'daitch_mokotoff difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal metaphone soundex text_soundex',
  },
  hstore: {
    types: 'hstore',
    functions: 'hstore hstore_to_array hstore_to_json hstore_to_jsonb akeys avals skeys svals populate_record',
    operatorClasses: 'gin_hstore_ops gist_hstore_ops btree_hstore_ops hash_hstore_ops',
  },
  intarray: {
    types: 'query_int',
    functions: 'icount intset intset_subtract sort_asc sort_desc subarray uniq idx',
    operatorClasses: 'gin__int_ops gist__int_ops gist__intbig_ops',
  },
  isn: { types: 'ean13 isbn isbn13 ismn ismn13 issn issn13 upc', functions: 'isn_weak' },
  lo: { types: 'lo', functions: 'lo_manage' },
  ltree: {
    types: 'lquery ltree ltxtquery',
    functions: 'lca ltree2text nlevel subltree subpath text2ltree',
    operatorClasses: 'gist_ltree_ops gist__ltree_ops hash_ltree_ops ltree_ops',
  },
  moddatetime: { functions: 'moddatetime' },
  pg_buffercache: { relations: 'pg_buffercache', functions: 'pg_buffercache_pages pg_buffercache_summary' },
  pg_cron: { functions: 'cron.schedule cron.unschedule' },
  pg_hashids: { functions: 'hash_decode hash_encode id_decode id_decode_once id_encode' },
  pg_ivm: { functions: 'create_immv refresh_immv get_immv_def', relations: 'pg_ivm_immv' },
  pg_search: { accessMethods: 'bm25' },
  pg_stat_statements: {
    functions: 'pg_stat_statements pg_stat_statements_reset pg_stat_statements_info',
    relations: 'pg_stat_statements pg_stat_statements_info',
  },
  pg_textsearch: { types: 'bm25query bm25vector', functions: 'to_bm25query', operatorClasses: 'text_bm25_ops text_array_bm25_ops' },
  pg_trgm: {
    functions:
      'set_limit show_limit show_trgm similarity similarity_dist strict_word_similarity word_similarity similarity_op word_similarity_op strict_word_similarity_op',
    operatorClasses: 'gin_trgm_ops gist_trgm_ops',
  },
  pg_uuidv7: { functions: 'uuid_generate_v7 uuid_timestamp_to_v7 uuid_timestamptz_to_v7 uuid_v7_to_timestamp uuid_v7_to_timestamptz' },
  pgcrypto: {
    functions:
      'armor crypt dearmor decrypt decrypt_iv digest encrypt encrypt_iv gen_random_bytes gen_salt hmac pgp_armor_headers pgp_key_id pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea',
  },
  postgis: {
    types: 'box2d box2df box3d geography geometry geometry_dump gidx spheroid',
    relations: 'spatial_ref_sys geometry_columns geography_columns',
  },
  postgis_raster: { types: 'raster' },
  seg: { types: 'seg', functions: 'seg', operatorClasses: 'gist_seg_ops' },
  tablefunc: { functions: 'connectby crosstab crosstab2 crosstab3 crosstab4 normal_rand' },
  timescaledb: { functions: 'time_bucket time_bucket_gapfill create_hypertable locf' },
  unaccent: { functions: 'unaccent' },
  'uuid-ossp': {
    functions:
      'uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500',
  },
  vector: {
    types: 'halfvec sparsevec vector',
    functions:
      'binary_quantize cosine_distance hamming_distance inner_product jaccard_distance l1_distance l2_distance l2_norm l2_normalize vector_dims vector_norm',
    operatorClasses:
      'bit_hamming_ops bit_jaccard_ops halfvec_cosine_ops halfvec_ip_ops halfvec_l1_ops halfvec_l2_ops sparsevec_cosine_ops sparsevec_ip_ops sparsevec_l1_ops sparsevec_l2_ops vector_cosine_ops vector_ip_ops vector_l1_ops vector_l2_ops',
    accessMethods: 'hnsw ivfflat',
  },
};

/** Operators on texts, which come with trigrams. */
export const TEXT_OPERATORS: ReadonlySet<string> = new Set(['%', '%>', '%>>', '<%', '<<%', '<->', '<->>', '<->>>', '<<->', '<<<->']);

/** Extensions that bring no type: an unknown type is none of theirs. */
export const WITHOUT_TYPES: ReadonlySet<string> = new Set([
  'pg_cron',
  'pg_stat_statements',
  'pgcrypto',
  'uuid-ossp',
  'timescaledb',
  'pg_partman',
  'pgaudit',
  'pg_net',
  'pg_repack',
  'plpython3u',
  'plv8',
  'pglogical',
  'pg_search',
  'pgstattuple',
  'pg_prewarm',
  'pg_hint_plan',
  'pg_graphql',
  'supabase_vault',
  'pgsodium',
  'pgjwt',
  'http',
  'dblink',
  'postgres_fdw',
  'pgmq',
]);
