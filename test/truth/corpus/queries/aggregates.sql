-- name: AggregateCount :one
SELECT count(*) FROM members;

-- name: AggregateUngrouped :one
SELECT count(*) AS n, count(nickname) AS nicks, sum(level) AS levels, avg(score) AS score, min(created_at) AS first, max(email) AS last, bool_and(id > 0) AS positive, array_agg(id) AS ids, string_agg(nickname, ',') AS nicks_listed, jsonb_agg(settings) AS all_settings FROM members;

-- name: AggregateUngroupedCoalesced :one
SELECT coalesce(sum(hours), 0) AS hours, coalesce(max(position), 0)::bigint AS top, COALESCE(array_agg(id), '{}') AS ids FROM tasks;

-- name: AggregateGrouped :many
SELECT project_id, count(*) AS n, sum(position::bigint) AS positions, sum(hours) AS hours, max(title) AS last, max(due) AS due, bool_or(done) AS any_done, every(done) AS all_done FROM tasks GROUP BY project_id;

-- name: AggregateGroupedByNullable :many
SELECT urgency, count(*) AS n, min(urgency) AS same FROM tasks GROUP BY urgency;

-- name: AggregateGroupedByExpression :many
SELECT lower(title) AS title, date_trunc('day', due) AS day, count(*) FROM tasks GROUP BY lower(title), date_trunc('day', due);

-- name: AggregateGroupedByPosition :many
SELECT assignee_id, done, count(*) AS n FROM tasks GROUP BY 1, 2 ORDER BY 3;

-- name: AggregateFilter :many
SELECT project_id, count(*) FILTER (WHERE done) AS done, max(title) FILTER (WHERE done) AS last_done, array_agg(title) FILTER (WHERE done) AS titles FROM tasks GROUP BY project_id;

-- name: AggregateLists :many
SELECT project_id, array_agg(title ORDER BY id) AS titles, array_agg(hours) AS hours, array_agg(DISTINCT urgency) AS urgencies, string_agg(title, ',') AS joined, string_agg(hours::text, ',') AS perhaps, array_agg(hours) FILTER (WHERE hours IS NOT NULL) AS known FROM tasks GROUP BY project_id;

-- name: AggregateJson :many
SELECT project_id, json_agg(title) AS a, jsonb_agg(hours) AS b, jsonb_object_agg(id, title) AS c, json_agg(t) AS d, jsonb_agg(jsonb_build_object('id', id) ORDER BY id) AS e FROM tasks t GROUP BY project_id;

-- name: AggregateOverLeftJoin :many
SELECT p.id, count(t.id) AS n, max(t.title) AS last, array_agg(t.title) AS titles, coalesce(sum(t.hours), 0) AS hours, array_agg(t.id) FILTER (WHERE t.id IS NOT NULL) AS ids FROM projects p LEFT JOIN tasks t ON t.project_id = p.id GROUP BY p.id;

-- name: AggregateRollup :many
SELECT project_id, done, count(*) AS n, grouping(project_id) AS level FROM tasks GROUP BY ROLLUP (project_id, done);

-- name: AggregateCube :many
SELECT project_id, done, sum(position::bigint) AS s FROM tasks GROUP BY CUBE (project_id, done);

-- name: AggregateGroupingSets :many
SELECT project_id, title, max(id) AS top FROM tasks GROUP BY GROUPING SETS ((project_id, title), (project_id), ());

-- name: AggregateGroupingSetsSure :many
SELECT project_id, done, count(*) AS n FROM tasks GROUP BY project_id, GROUPING SETS ((done), ());

-- name: AggregateStatistics :many
SELECT project_id, stddev(position) AS deviation, variance(position) AS variance, corr(id, position) AS corr, percentile_cont(0.5) WITHIN GROUP (ORDER BY position) AS median, mode() WITHIN GROUP (ORDER BY title) AS mode, regr_slope(id, position) AS slope, var_pop(position) AS pop FROM tasks GROUP BY project_id;

-- name: AggregateHypothetical :one
SELECT rank(5) WITHIN GROUP (ORDER BY position) AS rank, percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY position) AS ends FROM tasks;

-- name: AggregateOwn :many
SELECT project_id, concat_all(title) AS all_titles FROM tasks GROUP BY project_id;

-- name: AggregateDistinct :many
SELECT DISTINCT urgency, done FROM tasks;

-- name: AggregateDistinctOn :many
SELECT DISTINCT ON (project_id) project_id, title, hours FROM tasks ORDER BY project_id, id DESC;

-- name: AggregateEmptyGroup :many
SELECT 1 AS one, count(*) AS n, max(id) AS top FROM tasks WHERE id < 0 GROUP BY ();

-- name: AggregateBits :many
SELECT project_id, bit_and(position) AS a, bit_or(id) AS b, bool_and(hours > 1) AS c FROM tasks GROUP BY project_id;

-- name: AggregateRanges :one
SELECT range_agg(during) AS covered, range_intersect_agg(during) AS common FROM reservations;

-- name: AggregateAnyValue :many
SELECT project_id, any_value(title) AS some_title, any_value(hours) AS some_hours FROM tasks GROUP BY project_id;

-- name: AggregateHavingOnly :many
SELECT count(*) AS n, sum(hours) AS h FROM tasks HAVING count(*) > 1000000;
