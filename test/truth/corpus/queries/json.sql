-- name: JsonAggTable :many
SELECT o.id, json_agg(m) AS members FROM organizations o JOIN members m ON m.organization_id = o.id GROUP BY o.id;

-- name: JsonAggMissed :many
SELECT o.id, jsonb_agg(m ORDER BY m.created_at) AS members FROM organizations o LEFT JOIN members m ON m.organization_id = o.id GROUP BY o.id;

-- name: JsonAggFiltered :many
SELECT o.id, coalesce(json_agg(m) FILTER (WHERE m.id IS NOT NULL), '[]') AS members
FROM organizations o LEFT JOIN members m ON m.organization_id = o.id GROUP BY o.id;

-- name: JsonAggNoRows :one
SELECT json_agg(t) AS tasks FROM tasks t WHERE t.position < -1000000;

-- name: JsonEverything :many
SELECT to_json(e) AS j, to_jsonb(e) AS b FROM everything e;

-- name: JsonEverythingObject :many
SELECT jsonb_build_object('int8', c_int8, 'int8_', n_int8, 'numeric', c_numeric, 'float8', c_float8, 'float4', n_float4, 'money', c_money,
  'oid', c_oid, 'single', c_single, 'date', c_date, 'at', c_timestamptz, 'interval', n_interval, 'bytea', c_bytea, 'hstore', c_hstore,
  'status', n_status, 'address', c_address, 'range', c_int8range, 'multirange', c_tstzmultirange, 'json', c_json, 'xml', n_xml) AS object,
  json_build_array(c_int8, c_bool, n_text, c_numeric, c_contact, n_json) AS tuple
FROM everything;

-- name: JsonSubquery :many
SELECT p.id, (SELECT json_agg(row_to_json(x)) FROM (SELECT t.id, t.title, t.hours, t.due, m.nickname FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id WHERE t.project_id = p.id) x) AS tasks
FROM projects p;

-- name: JsonDerivedCte :many
WITH lines AS (SELECT project_id, jsonb_build_object('hours', sum(hours), 'count', count(*), 'last', max(due)) AS total FROM tasks GROUP BY project_id)
SELECT p.id, l.total FROM projects p LEFT JOIN lines l ON l.project_id = p.id;

-- name: JsonObjectAgg :many
SELECT project_id, json_object_agg(id, title) AS titles, jsonb_object_agg(id, hours) AS hours FROM tasks GROUP BY project_id;

-- name: JsonStripped :many
SELECT json_strip_nulls(to_json(m)) AS j, jsonb_strip_nulls(jsonb_build_object('a', m.nickname, 'b', jsonb_build_array(m.score, m.nickname), 'c', m.settings)) AS b FROM members m;

-- name: JsonConcat :many
SELECT to_jsonb(m) || jsonb_build_object('extra', m.score, 'id', 'text') AS merged, to_jsonb(m) - 'settings' - 'roles' AS without FROM members m;

-- name: JsonCase :many
SELECT CASE WHEN m.score > 0 THEN json_build_object('kind', 'a', 'n', m.id) WHEN m.score < 0 THEN json_build_object('kind', m.nickname, 'n', m.boss_id) END AS j,
  CASE WHEN m.score > 0 THEN to_json(m) ELSE json_build_object('none', true) END AS k FROM members m;

-- name: JsonUnion :many
SELECT to_json(m) AS j FROM members m UNION ALL SELECT to_json(b) FROM members b WHERE b.boss_id IS NULL UNION ALL SELECT NULL;

-- name: JsonNullDefault :many
SELECT coalesce(to_jsonb(m), 'null') AS boss, coalesce(jsonb_agg(p.budget) OVER (), '[]') AS budgets FROM projects p LEFT JOIN members m ON m.id = p.lead_id;

-- name: JsonDuplicateKeys :one
SELECT json_build_object('a', 1, 'a', 'text') AS j, json_strip_nulls(json_build_object('a', 1, 'a', NULL::text)) AS s, jsonb_build_object('a', 1, 'b', 2, 'a', NULL::int) AS b;

-- name: JsonDynamicKey :many
SELECT json_build_object(m.id, m.score, 'n', m.boss_id) AS j FROM members m;

-- name: JsonArrays :many
SELECT to_json(m.roles) AS roles, to_jsonb(p.previous_states) AS states, to_json(p.labels) AS labels, array_to_json(ARRAY[m.score, 1]) AS scores,
  array_agg(json_build_object('id', p.id)) OVER () AS list, ARRAY(SELECT to_jsonb(t) FROM tasks t) AS tasks
FROM members m JOIN projects p ON p.lead_id = m.id;

-- name: JsonRow :many
SELECT to_json(ROW(m.id, m.nickname)) AS r, row_to_json(ROW('a', 1, NULL, '2024-01-01')::address) AS a FROM members m;

-- name: JsonGroupingSets :many
SELECT jsonb_build_object('p', project_id, 'd', done, 'n', count(*)) AS j FROM tasks GROUP BY ROLLUP (project_id, done);

-- name: JsonJoinAlias :many
SELECT to_json(j) AS j FROM (projects p LEFT JOIN tasks t ON t.project_id = p.id) AS j (a, b, c);

-- name: JsonSetReturning :many
SELECT to_jsonb(g) AS g, to_jsonb(h) AS h FROM generate_series(1, 2) g, unnest(ARRAY[1, 2], ARRAY['a']) WITH ORDINALITY AS h (x, y, z);

-- name: JsonRecursive :many
WITH RECURSIVE tree AS (
  SELECT id, boss_id, jsonb_build_object('id', id, 'boss', boss_id) AS j FROM members WHERE boss_id IS NULL
  UNION ALL
  SELECT m.id, m.boss_id, jsonb_build_object('id', m.id, 'boss', t.id) FROM members m JOIN tree t ON t.id = m.boss_id
)
SELECT j FROM tree;

-- name: JsonRecursiveNested :many
WITH RECURSIVE tree AS (
  SELECT id, jsonb_build_object('id', id) AS j, 1 AS depth FROM members WHERE boss_id IS NULL
  UNION ALL
  SELECT m.id, jsonb_build_object('id', m.id, 'parent', t.j), depth + 1 FROM members m JOIN tree t ON t.id = m.boss_id WHERE depth < 4
)
SELECT j FROM tree;

-- name: JsonView :many
SELECT * FROM project_cards;

-- name: JsonViewEmbedded :many
SELECT m.id, sqlc.embed(c) FROM members m LEFT JOIN project_cards c ON (c.id)::text = m.nickname;

-- name: JsonViewRow :many
SELECT m.id, to_json(c) AS card, c.tasks FROM members m LEFT JOIN project_cards c ON c.id = m.id;

-- name: JsonMaterialized :many
SELECT document, to_json(d) AS whole FROM member_documents d;

-- name: JsonGuarded :many
SELECT p.organization_id, json_agg(p ORDER BY p.id) AS projects FROM projects p WHERE p.budget IS NULL
-- @authorize_filter
GROUP BY p.organization_id;

-- name: JsonReturning :many
UPDATE tasks SET notes = '{}' RETURNING to_json(tasks) AS task, json_build_object('notes', notes, 'hours', hours) AS o;

-- name: JsonIntersect :many
SELECT to_jsonb(position) AS j FROM tasks INTERSECT SELECT to_jsonb(hours) FROM tasks;

-- name: JsonVectors :many
SELECT to_json(i.indkey) AS keys, to_json(i) AS i FROM pg_index i LIMIT 5;

-- name: JsonMembers :many
SELECT x.j -> 'id' AS id, x.j -> 'list' -> 0 AS first, x.j -> 'missing' AS missing
FROM (SELECT json_build_object('id', m.boss_id, 'list', json_build_array(m.score)) AS j FROM members m) x;

-- name: JsonParameters :many
SELECT json_build_object('id', @id::bigint, 'words', @words::text[], 'state', sqlc.narg(state)::status) AS j;

-- name: JsonWindow :many
SELECT lag(to_json(m)) OVER w AS previous, lead(json_build_object('id', m.id), 1, json_build_object('id', m.boss_id)) OVER w AS next
FROM members m WINDOW w AS (ORDER BY m.id);

-- name: JsonMembersOfRows :many
SELECT e.key, e.value FROM projects p, jsonb_each(to_jsonb(p) || jsonb_build_object('words', ARRAY['a'], 'numbers', ARRAY[1, 2])) e;
