-- name: TypesEverything :many
SELECT * FROM everything;

-- name: TypesEverythingOne :one
SELECT * FROM everything WHERE id = @id;

-- name: TypesLists :many
SELECT * FROM everything_lists;

-- name: TypesDomains :many
SELECT * FROM everything_domains WHERE id = @id;

-- name: TypesLeftJoined :many
SELECT v.n, e.* FROM (VALUES (-12345), (2)) v (n) LEFT JOIN everything e ON e.id = v.n;

-- name: TypesListsLeftJoined :many
SELECT v.n, e.c_texts, e.c_statuses, e.c_contacts, e.c_matrix, e.c_tstzranges FROM (VALUES (-12345), (2)) v (n) LEFT JOIN everything_lists e ON e.id = v.n;

-- name: TypesGaps :many
SELECT id, counts_with_gaps FROM everything;

-- name: TypesInsertEverything :exec
INSERT INTO everything (id, c_bool, n_bool, c_int2, n_int2, c_int4, n_int4, c_int8, n_int8, c_oid, n_oid, c_float4, n_float4, c_float8, n_float8, c_numeric, n_numeric, c_money, n_money, c_text, n_text, c_varchar, n_varchar, c_char, n_char,
  c_single, n_single, c_name, n_name, c_citext, n_citext, c_uuid, n_uuid, c_inet, n_inet, c_cidr, n_cidr, c_macaddr, n_macaddr, c_macaddr8, n_macaddr8, c_date, n_date, c_time, n_time, c_timetz, n_timetz, c_timestamp, n_timestamp, c_timestamptz, n_timestamptz,
  c_interval, n_interval, c_json, n_json, c_jsonb, n_jsonb, c_bytea, n_bytea, c_bit, n_bit, c_varbit, n_varbit, c_xml, n_xml, c_tsvector, n_tsvector, c_tsquery, n_tsquery, c_point, n_point, c_box, n_box, c_polygon, n_polygon, c_circle, n_circle, c_pg_lsn, n_pg_lsn, c_jsonpath, n_jsonpath,
  c_hstore, n_hstore, c_ltree, n_ltree, c_status, n_status, c_other, n_other, c_address, n_address, c_contact, n_contact, c_int4range, n_int4range, c_int8range, n_int8range, c_numrange, n_numrange, c_daterange, n_daterange, c_tsrange, n_tsrange, c_tstzrange, n_tstzrange,
  c_int4multirange, n_int4multirange, c_datemultirange, n_datemultirange, c_tstzmultirange, n_tstzmultirange, counts_with_gaps)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
  $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84, $85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100,
  $101, $102, $103, $104, $105, $106, $107, $108, $109, $110, $111, $112);

-- name: TypesInsertLists :one
INSERT INTO everything_lists (id, c_bools, n_bools, c_int2s, n_int2s, c_int4s, n_int4s, c_int8s, n_int8s, c_float8s, n_float8s, c_numerics, n_numerics, c_texts, n_texts, c_varchars, n_varchars, c_citexts, n_citexts, c_uuids, n_uuids, c_inets, n_inets, c_dates, n_dates, c_times, n_times, c_timestamps, n_timestamps, c_timestamptzs, n_timestamptzs,
  c_intervals, n_intervals, c_jsons, n_jsons, c_jsonbs, n_jsonbs, c_byteas, n_byteas, c_boxes, n_boxes, c_points, n_points, c_hstores, n_hstores, c_statuses, n_statuses, c_others, n_others, c_addresses, n_addresses, c_contacts, n_contacts, c_int4ranges, n_int4ranges, c_tstzranges, n_tstzranges, c_multiranges, n_multiranges, c_matrix, n_matrix, c_cube, n_cube, c_percentages, n_percentages, c_moments, n_moments)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
  $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67) RETURNING *;

-- name: TypesEchoScalars :one
SELECT @a::bool AS a, @b::int2 AS b, @c::int8 AS c, @d::float8 AS d, @e::numeric AS e, @f::date AS f, @g::time AS g, @h::timetz AS h, @i::timestamp AS i, @j::timestamptz AS j, @k::interval AS k, @l::jsonb AS l, @m::bytea AS m, @n::inet AS n, @o::status AS o, @p::billing.status AS p, @q::char(3) AS q, @r::"char" AS r, @s::oid AS s, @t::money AS t;

-- name: TypesEchoStructures :one
SELECT @a::int4range AS a, @b::tstzrange AS b, @c::int4multirange AS c, @d::address AS d, @e::contact AS e, @f::address[] AS f, @g::status[] AS g, @h::jsonb[] AS h, @i::bytea[] AS i, @j::timestamptz[] AS j, @k::tag_list AS k, @l::document AS l, @m::daterange[] AS m, @n::hstore AS n, @o::box[] AS o;

-- name: TypesEchoNothing :one
SELECT sqlc.narg(a)::bool AS a, sqlc.narg(b)::int8 AS b, sqlc.narg(c)::timestamptz AS c, sqlc.narg(d)::jsonb AS d, sqlc.narg(e)::bytea AS e, sqlc.narg(f)::status AS f, sqlc.narg(g)::address AS g, sqlc.narg(h)::int4range AS h, sqlc.narg(i)::text[] AS i, sqlc.narg(j)::status[] AS j;

-- name: TypesRegistered :one
SELECT 'members'::regclass AS class, 'integer'::regtype AS type, 'simple'::regconfig AS config, '1 2'::int2vector AS vector, '(0,1)'::tid AS tid, '10:20:10,14'::pg_snapshot AS snapshot, '123'::xid AS xid, '99'::xid8 AS xid8, 'x'::name AS name, '(1,2)'::point AS point, '{1,2,3}'::line AS line;

-- name: TypesArraysOfArrays :one
SELECT ARRAY[[1, 2], [3, 4]] AS matrix, '{{{a},{b}}}'::text[] AS cube, '[0:1]={7,8}'::int[] AS shifted, ARRAY['{[1,2)}'::int4multirange] AS ranges;

-- name: TypesNumbersMeet :many
SELECT sum(c_int2) AS a, sum(c_int4) AS b, avg(c_int4) AS c, sum(n_money) AS d, max(c_date) AS e, count(DISTINCT c_uuid) AS f, min(c_inet) AS g, max(c_status) AS h FROM everything;

-- name: TypesComparedByLiteral :many
SELECT id, c_text FROM everything WHERE @kind = 'short' AND length(c_text) < 5 OR @kind = 'long' AND length(c_text) >= 5;
