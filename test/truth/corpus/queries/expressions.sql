-- name: ExpressionLiterals :one
SELECT 1 AS i, 2.5 AS n, 'text' AS s, true AS b, NULL AS nothing, NULL::int AS typed_nothing, '2024-01-01'::date AS d, INTERVAL '1 day' AS span, B'101' AS bits;

-- name: ExpressionUnnamed :one
SELECT 1, 'a', now(), 2 + 2, true AND false, 1 = 1, NULL;

-- name: ExpressionCoalesce :many
SELECT id, coalesce(nickname, email::text) AS shown, coalesce(nickname, birthday::text) AS perhaps, coalesce(NULL, nickname, 'none') AS always, COALESCE(score, 0) AS score FROM members;

-- name: ExpressionCase :many
SELECT id, CASE WHEN done THEN 'yes' ELSE 'no' END AS both, CASE WHEN done THEN 'yes' END AS half, CASE urgency WHEN 'low' THEN 1 WHEN 'high' THEN 2 END AS simple,
  CASE WHEN done THEN hours ELSE 0 END AS perhaps, CASE WHEN hours IS NOT NULL THEN hours ELSE 0 END AS tested FROM tasks;

-- name: ExpressionNullif :many
SELECT id, nullif(title, '') AS title, nullif(position, 0) AS pos FROM tasks;

-- name: ExpressionGreatest :many
SELECT id, greatest(hours, 1) AS g, least(hours, NULL) AS l, greatest(hours, position) AS h, greatest(hours, hours) AS same FROM tasks;

-- name: ExpressionArithmetic :many
SELECT id, position + 1 AS up, position::bigint * 2 AS twice, hours / 2 AS half, -position::bigint AS negative, position % 7 AS rest, position::float8 ^ 0 AS power, @ position::bigint AS magnitude, |/ abs(position::float8) AS root FROM tasks;

-- name: ExpressionConcat :many
SELECT id, title || '!' AS loud, title || hours AS mixed, concat(title, hours) AS joined, concat_ws(',', NULL, title) AS listed, nickname || '' AS nick FROM tasks CROSS JOIN (SELECT nickname FROM members LIMIT 3) m;

-- name: ExpressionCasts :many
SELECT id, id::text AS as_text, hours::int AS whole, due::date AS day, done::int AS bit, state::text AS state, CAST(budget AS float8) AS budget, title::varchar(3) AS short, notes::text AS notes
FROM (SELECT t.id, t.hours, t.due, t.done, t.title, t.notes, p.state, p.budget FROM tasks t JOIN projects p ON p.id = t.project_id WHERE coalesce(t.hours, 0) BETWEEN -100000 AND 100000 AND isfinite(coalesce(t.due, now()))) x;

-- name: ExpressionIsTests :many
SELECT id, hours IS NULL AS none, due IS NOT NULL AS some, n.b IS TRUE AS t, n.b IS UNKNOWN AS u, hours IS DISTINCT FROM 1 AS d FROM tasks CROSS JOIN (SELECT n_bool AS b FROM everything) n;

-- name: ExpressionComparison :many
SELECT id, position > 1 AS over, hours > 1 AS perhaps, hours = NULL AS never, (position, 1) < (2, 2) AS row_less, title ~ '^a' AS matches, title LIKE 'a%' AS liked, urgency = 'low' AS low FROM tasks;

-- name: ExpressionBoolean :many
SELECT id, done AND true AS a, done OR hours > 1 AS b, NOT done AS c, (hours > 1) AND done AS d, (hours > 1) AND false AS e, (hours > 1) OR true AS f FROM tasks;

-- name: ExpressionIn :many
SELECT id, id IN (1, 2, 3) AS a, id IN (1, NULL) AS b, hours IN (1, 2) AS c, id NOT IN (SELECT assignee_id FROM tasks) AS d, id IN (SELECT project_id FROM tasks) AS e FROM projects CROSS JOIN (SELECT hours FROM tasks LIMIT 3) h;

-- name: ExpressionQuantified :many
SELECT id, id = ANY (ARRAY[1, 2]) AS a, id = ANY (ARRAY[1, NULL]) AS b, id > ALL (SELECT 0) AS c, title = ANY (previous_states::text[]) AS d, 'x' = ANY (labels) AS e FROM projects;

-- name: ExpressionExists :many
SELECT p.id, EXISTS (SELECT 1 FROM tasks t WHERE t.project_id = p.id) AS busy, NOT EXISTS (SELECT 1 FROM tasks t WHERE t.project_id = p.id) AS idle FROM projects p;

-- name: ExpressionArrays :many
SELECT id, ARRAY[id, 1] AS a, ARRAY[]::text[] AS b, ARRAY[hours, 1] AS c, ARRAY(SELECT title FROM tasks) AS d, ARRAY(SELECT hours FROM tasks) AS e, ARRAY[[1, 2], [3, 4]] AS f FROM tasks;

-- name: ExpressionSubscripts :many
SELECT id, roles[1] AS first, (ARRAY['a', 'b'])[1] AS known, (ARRAY['a', 'b'])[9] AS beyond, roles[1:2] AS slice, settings['theme'] AS theme, (string_to_array(email::text, '@'))[2] AS domain FROM members;

-- name: ExpressionArrayFunctions :many
SELECT id, array_length(previous_states, 1) AS length, cardinality(previous_states) AS size, array_position(previous_states, 'draft') AS at, previous_states || state AS appended, array_remove(previous_states, 'draft') AS without,
  array_to_string(labels, ',') AS joined, array_dims(previous_states) AS dims, array_upper(labels, 1) AS upper, array_append(labels, 'x') AS more, unnest_count.n FROM projects CROSS JOIN LATERAL (SELECT count(*) AS n FROM unnest(labels)) unnest_count;

-- name: ExpressionJson :many
SELECT id, settings -> 'theme' AS a, settings ->> 'theme' AS b, settings #> '{a,b}' AS c, settings #>> '{a,b}' AS d, settings ? 'theme' AS e, settings @> '{}' AS f, settings || '{"x": 1}' AS g, jsonb_typeof(settings) AS h, to_jsonb(nickname) AS i, settings - 'theme' AS j,
  jsonb_path_query_first(settings, '$.a') AS k, jsonb_extract_path_text(settings, 'a') AS l, jsonb_strip_nulls(settings) AS m FROM members WHERE jsonb_typeof(settings) = 'object';

-- name: ExpressionJsonBuild :many
SELECT id, json_build_object('id', id, 'nick', nickname) AS a, jsonb_build_array(id, nickname) AS b, row_to_json(m) AS c, to_json(nickname) AS d, jsonb_set(settings, '{a}', '1') AS e, jsonb_set(settings, '{a}', NULL) AS f FROM members m WHERE jsonb_typeof(settings) = 'object';

-- name: ExpressionText :many
SELECT id, lower(title) AS a, substring(title FROM 'a(.)') AS b, substring(title FROM 1 FOR 2) AS c, split_part(title, ' ', 2) AS d, regexp_replace(title, 'a', 'b') AS e, regexp_match(title, '(a)(x)?') AS f, position('a' in title) AS g, left(title, 3) AS h, trim(title) AS i, length(title) AS j,
  overlay(title PLACING 'x' FROM 1) AS k, format('%s-%s', title, hours) AS l, quote_literal(title) AS m, md5(title) AS n, initcap(description) AS o, regexp_substr(title, 'b+') AS p
FROM (SELECT t.id, t.title, t.hours, p.description FROM tasks t JOIN projects p ON p.id = t.project_id) x;

-- name: ExpressionTime :many
SELECT id, now() - created_at AS age, created_at + INTERVAL '1 day' AS tomorrow, date_trunc('day', created_at) AS day, extract(year FROM created_at) AS year, date_part('hour', last_seen) AS hour, created_at AT TIME ZONE 'UTC' AS utc, birthday + 1 AS next, CURRENT_DATE - birthday AS days, to_char(created_at, 'YYYY') AS formatted, age(created_at) AS aged, make_date(2024, 1, 2) AS made, last_seen::time AS clock, CURRENT_TIMESTAMP AS stamp, LOCALTIMESTAMP AS local, created_at::timestamptz(0) AS rounded
FROM members WHERE isfinite(created_at) AND isfinite(coalesce(birthday, '2000-01-01')) AND isfinite(coalesce(last_seen, '2000-01-01')) AND created_at BETWEEN '1900-01-01' AND '2100-01-01' AND coalesce(birthday, '2000-01-01') BETWEEN '1900-01-01' AND '2100-01-01';

-- name: ExpressionNumbers :many
SELECT id, abs(hours) AS a, round(hours, 1) AS b, ceil(hours) AS c, floor(score) AS d, sign(score) AS e, width_bucket(id::float8, 0, 10, 5) AS f, random() AS g, pi() AS h, mod(id, 3) AS i, trunc(score) AS j, power(id::numeric, 0) AS k, to_number('12', '99') AS l, scale(hours) AS m
FROM (SELECT t.id, t.hours, m.score FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id) x;

-- name: ExpressionRows :many
SELECT id, ROW(id, title) = ROW(1, 'x') AS same, (ROW(id, hours)) IS NULL AS all_null, ROW(hours) IS NOT NULL AS some FROM tasks;

-- name: ExpressionCompositeFields :many
SELECT id, (c_address).street AS street, (n_address).house AS house, (c_contact).home AS home, ((c_contact).home).zip AS zip, (n_contact).tags AS tags, (c_contact).mood AS mood FROM everything;

-- name: ExpressionRanges :many
SELECT id, lower(during) AS from_time, upper(during) AS until_time, isempty(during) AS nothing, during @> now() AS current, during * tstzrange(NULL, now()) AS past, lower_inf(during) AS open, range_merge(during, during) AS merged, lower(days) AS first_day FROM reservations;

-- name: ExpressionSearch :many
SELECT path, search @@ to_tsquery('simple', 'fat') AS found, ts_rank(search, to_tsquery('simple', 'cat')) AS rank, to_tsvector('simple', title::text) AS vector, ts_headline('simple', title::text, to_tsquery('simple', 'a')) AS headline FROM categories;

-- name: ExpressionExtensions :many
SELECT path, nlevel(path) AS depth, path || 'x' AS deeper, path <@ 'Top' AS below, attributes -> 'a' AS a, attributes ? 'a' AS has, akeys(attributes) AS keys, attributes || 'x=>1' AS more, title = 'X' AS same, hstore_to_jsonb(attributes) AS doc, avals(attributes) AS vals FROM categories;

-- name: ExpressionSystem :one
SELECT current_user AS who, current_database() AS db, version() AS version, CURRENT_DATE AS today, current_setting('server_version') AS setting, current_setting('no.such', true) AS missing, pg_backend_pid() AS pid, txid_current_if_assigned() AS txid, gen_random_uuid() AS uuid, obj_description('members'::regclass, 'pg_class') AS comment;

-- name: ExpressionSystemColumns :many
SELECT tableoid, ctid, xmin, tableoid::regclass::text AS name FROM vehicles;

-- name: ExpressionCollateAndAt :many
SELECT id, title COLLATE "C" AS title, due AT TIME ZONE 'Asia/Tokyo' AS tokyo FROM tasks ORDER BY title COLLATE "C";

-- name: ExpressionGenerated :many
SELECT id, title_length, title_length + 1 AS more FROM tasks;

-- name: ExpressionParameters :one
SELECT @a::int AS a, sqlc.narg(b)::int AS b, @c::text[] AS c, coalesce(sqlc.narg(d)::text, 'x') AS d, @e::status AS e, sqlc.narg(f)::jsonb AS f;

-- name: ExpressionOperators :many
SELECT id, title !+ 'x' AS own, title !+ hours::text AS perhaps, id << 1 AS shifted, id # 3 AS flipped, ~ id AS inverted, '{1,2}'::int[] && ARRAY[id] AS overlap FROM tasks;

-- name: ExpressionMinMaxOfRow :many
SELECT id, (SELECT max(x) FROM (VALUES (id), (position)) v (x)) AS larger, (SELECT max(x) FROM (VALUES (hours), (NULL)) v (x)) AS perhaps FROM tasks;
