-- name: FunctionSeries :many
SELECT n, n * 2 AS twice FROM generate_series(1, 3) AS n;

-- name: FunctionSeriesOfDays :many
SELECT day::date AS day, count(t.id) AS tasks FROM generate_series(@first::date, @first::date + 3, INTERVAL '1 day') AS day LEFT JOIN tasks t ON t.due::date = day::date WHERE isfinite(@first::date) GROUP BY day;

-- name: FunctionUnnest :many
SELECT role FROM members, unnest(roles) AS role;

-- name: FunctionUnnestSeveral :many
SELECT a, b FROM unnest(ARRAY[1, 2, 3], ARRAY['x', 'y']) AS u (a, b);

-- name: FunctionUnnestParameters :many
SELECT u.id, u.name FROM unnest(@ids::int[], @names::text[]) AS u (id, name);

-- name: FunctionOrdinality :many
SELECT m.id, r.role, r.n FROM members m CROSS JOIN LATERAL unnest(m.roles) WITH ORDINALITY AS r (role, n);

-- name: FunctionLeftOrdinality :many
SELECT m.id, r.role, r.n FROM members m LEFT JOIN LATERAL unnest(m.roles) WITH ORDINALITY AS r (role, n) ON true;

-- name: FunctionRowsFrom :many
SELECT a, b FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) AS x (a, b);

-- name: FunctionInSelectList :many
SELECT id, unnest(roles) AS role, generate_series(1, 2) AS n FROM members;

-- name: FunctionJsonEach :many
SELECT m.id, e.key, e.value FROM members m, jsonb_each(CASE WHEN jsonb_typeof(m.settings) = 'object' THEN m.settings ELSE '{}' END) AS e;

-- name: FunctionJsonEachText :many
SELECT m.id, e.key, e.value FROM members m, jsonb_each_text(CASE WHEN jsonb_typeof(m.settings) = 'object' THEN m.settings ELSE '{}' END) AS e;

-- name: FunctionJsonElements :many
SELECT i.id, line.value, line.ordinality FROM billing.invoices i, jsonb_array_elements(CASE WHEN jsonb_typeof(i.lines) = 'array' THEN i.lines ELSE '[]' END) WITH ORDINALITY AS line;

-- name: FunctionJsonRecord :many
SELECT r.a, r.b FROM jsonb_to_recordset(@rows::jsonb) AS r (a integer, b text);

-- name: FunctionJsonTable :many
SELECT j.name, j.n FROM members m, JSON_TABLE(m.settings, '$.items[*]' COLUMNS (name text PATH '$.name', n integer PATH '$.n')) j;

-- name: FunctionRegexpMatches :many
SELECT t.id, m AS found FROM tasks t, regexp_matches(t.title, '(a)|(b)', 'g') AS m;

-- name: FunctionSplit :many
SELECT t.id, word FROM tasks t, regexp_split_to_table(t.title, ' ') AS word;

-- name: FunctionStringToTable :many
SELECT part FROM string_to_table('a,b,c', ',', 'b') AS part;

-- name: FunctionOwnScalar :many
SELECT id, shout(title) AS loud, shout(description) AS perhaps, maybe(id) AS maybe, first_title(id) AS first, joined(title, 'x') AS joined, same(id) AS same, plus_one(id) AS plus FROM projects;

-- name: FunctionOwnSet :many
SELECT * FROM members_of(@organization::uuid);

-- name: FunctionOwnSetColumns :many
SELECT m.id, m.nickname, m.organization_id FROM members_of(@organization) AS m WHERE m.nickname IS NOT NULL;

-- name: FunctionOwnRow :one
SELECT * FROM one_member(@member);

-- name: FunctionOwnOut :many
SELECT * FROM spans(@first, @last);

-- name: FunctionOwnTable :many
SELECT h.project_id, h.hours FROM hours_by_project(@minimum::numeric) h;

-- name: FunctionOwnTableDefault :many
SELECT * FROM hours_by_project();

-- name: FunctionOwnTableLeft :many
SELECT p.id, h.hours FROM projects p LEFT JOIN hours_by_project() h ON h.project_id = p.id;

-- name: FunctionOwnComposite :many
SELECT a.street, a.zip FROM make_address(@street, @house) a;

-- name: FunctionOwnCompositeValue :one
SELECT make_address(@street, @house) AS address;

-- name: FunctionOwnEnumSet :many
SELECT s FROM next_states(@state::status) AS s;

-- name: FunctionVoid :exec
SELECT nothing();

-- name: FunctionVoidColumn :one
SELECT nothing() AS nothing, pg_notify('channel', @payload::text) AS notified;

-- name: FunctionEnumRange :one
SELECT enum_range(NULL::status) AS everything, enum_first(NULL::billing.status) AS first, enum_range('active'::status, NULL) AS later;

-- name: FunctionPgStat :many
SELECT c.relname, n.nspname, c.reltuples, pg_get_expr(d.adbin, d.adrelid) AS expression FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = c.oid WHERE n.nspname = 'public' LIMIT 20;

-- name: FunctionInformationSchema :many
SELECT table_name, column_name, is_nullable, column_default FROM information_schema.columns WHERE table_schema = @schema_name::text LIMIT 30;

-- name: FunctionXml :many
SELECT id, xpath('/a', c_xml) AS nodes, xmlserialize(CONTENT c_xml AS text) AS printed FROM everything WHERE xml_is_well_formed_document(c_xml::text);
