-- name: JobsClaim :many
WITH claimed AS (
  SELECT * FROM jobs
  WHERE state = 'waiting' AND queue = @queue::text AND scheduled_at <= coalesce(sqlc.narg('now')::timestamptz, now())
  ORDER BY priority, scheduled_at, id
  LIMIT @max::integer
  FOR UPDATE SKIP LOCKED
)
UPDATE jobs SET state = 'running', attempt = jobs.attempt + 1, attempted_by = array_append(jobs.attempted_by, @worker::text)
FROM claimed WHERE jobs.id = claimed.id
RETURNING jobs.*;

-- name: JobsCancel :one
WITH locked AS (
  SELECT id, state, finished_at FROM jobs WHERE jobs.id = @id FOR UPDATE
), told AS (
  SELECT id, pg_notify('jobs', json_build_object('id', id, 'state', state)::text) FROM locked WHERE state NOT IN ('done', 'failed')
), updated AS (
  UPDATE jobs SET state = 'failed', finished_at = now(), args = jsonb_set(args, '{cancelled}'::text[], @reason::jsonb, true)
  FROM told WHERE jobs.id = told.id RETURNING jobs.*
)
SELECT * FROM jobs WHERE id = @id::bigint AND id NOT IN (SELECT id FROM updated)
UNION
SELECT * FROM updated;

-- name: JobsInsertMany :many
INSERT INTO jobs (kind, queue, max_attempts, priority, args, state, tags)
SELECT unnest(@kinds::text[]), unnest(@queues::text[]), unnest(@max_attempts::smallint[]), unnest(@priority::smallint[]), unnest(@args::jsonb[]), 'waiting', string_to_array(unnest(@tags::text[]), ',')
RETURNING sqlc.embed(jobs), (xmax != 0) AS was_there;

-- name: JobsInsertUnique :one
INSERT INTO jobs (kind, unique_key, flags) VALUES (@kind, @unique_key, @flags)
ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO UPDATE SET kind = EXCLUDED.kind
RETURNING *, (xmax <> 0) AS was_there;

-- name: JobsInsertFull :one
INSERT INTO jobs (args, attempt, attempted_by, errors, finished_at, kind, max_attempts, priority, queue, scheduled_at, state, tags, unique_key, flags)
VALUES (coalesce(@args::jsonb, '{}'), coalesce(@attempt::smallint, 0), coalesce(@attempted_by::text[], '{}'), @errors, @finished_at, @kind, @max_attempts::smallint, @priority, @queue, coalesce(sqlc.narg('scheduled_at')::timestamptz, now()), @state, coalesce(@tags::varchar(30)[], '{}'), @unique_key, @flags)
RETURNING *;

-- name: JobsFinishMany :many
WITH input AS (
  SELECT unnest(@ids::bigint[]) AS id, unnest(@states::text[])::job_state AS state, unnest(@has_error::boolean[]) AS has_error, unnest(@errors::jsonb[]) AS error, nullif(unnest(@finished_at::timestamptz[]), '0001-01-01 00:00:00+00') AS finished_at
), touched AS (
  SELECT jobs.id, input.state, input.error, input.has_error, input.finished_at, (input.state IN ('done', 'failed') AND jobs.args ? 'cancelled') AS cancelled
  FROM jobs JOIN input ON jobs.id = input.id WHERE jobs.state = 'running' FOR UPDATE
)
UPDATE jobs SET
  state = CASE WHEN touched.cancelled THEN 'failed'::job_state ELSE touched.state END,
  finished_at = CASE WHEN touched.cancelled THEN now() WHEN touched.state IN ('done', 'failed') THEN coalesce(touched.finished_at, now()) END,
  errors = CASE WHEN touched.has_error THEN array_append(jobs.errors, touched.error) ELSE jobs.errors END
FROM touched WHERE jobs.id = touched.id
RETURNING jobs.id, jobs.state, jobs.errors, touched.cancelled, touched.error;

-- name: JobsSchedule :many
WITH due AS (
  SELECT id, unique_key, flags, priority, scheduled_at FROM jobs WHERE state IN ('waiting') AND scheduled_at <= @now::timestamptz ORDER BY priority LIMIT @max::bigint
), numbered AS (
  SELECT *, CASE WHEN unique_key IS NOT NULL THEN row_number() OVER (PARTITION BY unique_key ORDER BY priority, id) ELSE NULL END AS place FROM due
), decided AS (
  SELECT n.id, c.id AS rival, CASE WHEN n.place IS NULL THEN 'waiting'::job_state WHEN c.unique_key IS NOT NULL THEN 'failed'::job_state WHEN n.place = 1 THEN 'running'::job_state ELSE 'failed'::job_state END AS next_state,
    (n.place IS NOT NULL AND (c.unique_key IS NOT NULL OR n.place > 1)) AS finishes
  FROM numbered n LEFT JOIN jobs c ON c.unique_key = n.unique_key AND c.id <> n.id
)
SELECT d.id, d.rival, d.next_state, d.finishes, sqlc.embed(jobs) FROM jobs JOIN decided d ON d.id = jobs.id;

-- name: JobsByTuple :many
SELECT id, kind FROM jobs WHERE (id, kind) IN (SELECT unnest(@ids::bigint[]), unnest(@kinds::text[])) OR (id, kind) = (@id, @kind);

-- name: JobsFlagged :many
SELECT id, state FROM jobs WHERE kind = @kind AND CASE WHEN @by_queue::boolean THEN queue = @queue ELSE true END AND CASE WHEN @by_state::boolean THEN state::text = any(@state::text[]) ELSE true END;

-- name: JobsCountByState :many
SELECT state, count(*) AS n, min(scheduled_at) AS oldest, percentile_cont(0.9) WITHIN GROUP (ORDER BY attempt) AS p90 FROM jobs GROUP BY state;

-- name: JobsDeleteOld :one
WITH gone AS (
  DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE (state = 'done' AND finished_at < @done_before::timestamptz) OR (state = 'failed' AND finished_at < @failed_before::timestamptz) ORDER BY id LIMIT @max::bigint) RETURNING *
) SELECT count(*) FROM gone;

-- name: WorkersList :many
SELECT sqlc.embed(workers), workers."maxRuns" - (SELECT COUNT(*) FROM "_JobToWorker" l WHERE l."B" = workers."id") AS "remainingSlots"
FROM "Worker" workers
WHERE workers."tenantId" = @tenantId
  AND (sqlc.narg('jobId')::bigint IS NULL OR workers."id" IN (SELECT l."B" FROM "_JobToWorker" l JOIN jobs ON jobs.id = l."A" WHERE jobs.id = sqlc.narg('jobId')::bigint))
  AND (sqlc.narg('lastHeartbeatAfter')::timestamp IS NULL OR workers."lastHeartbeatAt" > sqlc.narg('lastHeartbeatAfter')::timestamp)
GROUP BY workers."id"
LIMIT COALESCE(sqlc.narg('limit')::int, 100);

-- name: WorkersByLanguage :many
SELECT "tenantId", COALESCE("language"::TEXT, 'unknown')::TEXT AS "language", COUNT(*) AS "count" FROM "Worker" WHERE "isActive" = true OR "lastHeartbeatAt" IS NULL GROUP BY "tenantId", "language";

-- name: WorkersCapacity :many
WITH capacities AS (SELECT "id", "maxRuns" FROM "Worker" WHERE "tenantId" = @tenantId::uuid), used AS (SELECT "B" AS worker_id, COUNT(*) AS units FROM "_JobToWorker" GROUP BY "B")
SELECT c."id" AS "id", c."maxRuns" - COALESCE(used.units, 0) AS "availableSlots" FROM capacities c LEFT JOIN used ON used.worker_id = c."id";

-- name: WorkersUpdate :one
UPDATE "Worker" SET "lastHeartbeatAt" = coalesce(sqlc.narg('lastHeartbeatAt')::timestamp, "lastHeartbeatAt"), "isActive" = coalesce(sqlc.narg('isActive')::boolean, "isActive"), "language" = sqlc.narg('language')::text WHERE "id" = @id::uuid RETURNING *;

-- name: WorkersLink :exec
INSERT INTO "_JobToWorker" ("A", "B") SELECT unnest(@jobIds::bigint[]), @workerId::uuid ON CONFLICT DO NOTHING;

-- name: EventsOfJobs :many
SELECT e.job_id, e.kind, e.data, j.state FROM job_events e LEFT JOIN jobs j ON j.id = e.job_id WHERE e.inserted_at >= @since;

-- name: EventsWrite :copyfrom
INSERT INTO job_events (job_id, inserted_at, kind, data) VALUES (@job_id, @inserted_at, @kind, @data);

-- name: EventsTables :many
SELECT c.relname::text AS name, pg_total_relation_size(c.oid) AS bytes FROM pg_class c LEFT JOIN pg_catalog.pg_tables t ON t.tablename = c.relname WHERE c.relname LIKE @prefix;

-- name: LeadersInsert :one
INSERT INTO leaders (leader_id, elected_at) VALUES (@leader_id, coalesce(sqlc.narg('elected_at')::timestamptz, now())) RETURNING *;

-- name: LeadersElect :execrows
INSERT INTO leaders (leader_id) VALUES (@leader_id) ON CONFLICT (name) DO UPDATE SET leader_id = EXCLUDED.leader_id WHERE leaders.leader_id = @leader_id;
