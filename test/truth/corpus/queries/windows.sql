-- name: WindowRanks :many
SELECT id, row_number() OVER (ORDER BY id) AS n, rank() OVER w AS rank, dense_rank() OVER w AS dense, percent_rank() OVER w AS percent, cume_dist() OVER w AS cume, ntile(3) OVER w AS tile FROM tasks WINDOW w AS (PARTITION BY project_id ORDER BY position);

-- name: WindowNeighbours :many
SELECT id, lag(title) OVER w AS before, lead(title) OVER w AS after, lag(title, 1, 'none') OVER w AS before_or, lag(title, 1, NULL) OVER w AS before_null, lead(hours, 2, 0::numeric) OVER w AS later FROM tasks WINDOW w AS (ORDER BY id);

-- name: WindowFrames :many
SELECT id, first_value(title) OVER w AS first, last_value(title) OVER w AS last, nth_value(title, 2) OVER w AS second, first_value(title) OVER f AS following, sum(position::bigint) OVER w AS running, sum(position::bigint) OVER f AS ahead, count(*) OVER f AS n
FROM tasks WINDOW w AS (ORDER BY id), f AS (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING);

-- name: WindowAggregates :many
SELECT id, count(*) OVER (PARTITION BY project_id) AS n, avg(hours) OVER (PARTITION BY project_id) AS avg, max(title) OVER () AS top, array_agg(hours) OVER (ORDER BY id) AS so_far, sum(hours) FILTER (WHERE done) OVER (PARTITION BY project_id) AS done_hours, min(id) OVER (PARTITION BY urgency) AS lowest FROM tasks;

-- name: WindowExclude :many
SELECT id, max(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) AS before, max(id) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS near FROM tasks;

-- name: WindowTotalCount :many
SELECT id, title, count(*) OVER () AS total FROM tasks ORDER BY id LIMIT @limit_opt::int OFFSET @offset_opt::int;

-- name: WindowOverAggregate :many
SELECT project_id, sum(count(*)) OVER (ORDER BY project_id) AS running, rank() OVER (ORDER BY max(hours)) AS rank FROM tasks GROUP BY project_id;
