-- A queue, in the style of those that live in PostgreSQL; camelCase names as an ORM writes them.
CREATE TYPE job_state AS ENUM ('waiting', 'running', 'done', 'failed');

CREATE TABLE jobs (
  id bigserial PRIMARY KEY,
  queue text NOT NULL DEFAULT 'default' CHECK (char_length(queue) > 0 AND char_length(queue) < 64),
  kind text NOT NULL,
  state job_state NOT NULL DEFAULT 'waiting',
  args jsonb NOT NULL DEFAULT '{}',
  attempt smallint NOT NULL DEFAULT 0,
  max_attempts smallint NOT NULL DEFAULT 3 CHECK (max_attempts BETWEEN 1 AND 25),
  attempted_by text[],
  errors jsonb[],
  priority smallint NOT NULL DEFAULT 1 CHECK (priority >= 1 AND priority <= 4),
  scheduled_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  tags varchar(30)[] NOT NULL DEFAULT '{}',
  unique_key bytea,
  flags bit(8),
  CHECK ((finished_at IS NULL AND state NOT IN ('done', 'failed')) OR (finished_at IS NOT NULL AND state IN ('done', 'failed')))
);
CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key) WHERE unique_key IS NOT NULL;

CREATE TABLE "Worker" (
  "id" uuid NOT NULL PRIMARY KEY,
  "tenantId" uuid NOT NULL REFERENCES organizations (id),
  "name" text NOT NULL,
  "lastHeartbeatAt" timestamp(3),
  "isActive" boolean NOT NULL DEFAULT false,
  "maxRuns" integer NOT NULL DEFAULT 100,
  "language" text
);
CREATE TABLE "_JobToWorker" (
  "A" bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  "B" uuid NOT NULL REFERENCES "Worker" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "_JobToWorker_AB" ON "_JobToWorker" ("A", "B");

-- Partitions come later, from a job of the operator's.
CREATE TABLE job_events (
  job_id bigint NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  data jsonb,
  PRIMARY KEY (job_id, inserted_at)
) PARTITION BY RANGE (inserted_at);

-- One row at the most.
CREATE UNLOGGED TABLE leaders (
  name text PRIMARY KEY DEFAULT 'default' CHECK (name = 'default'),
  elected_at timestamptz NOT NULL DEFAULT now(),
  leader_id text NOT NULL CHECK (length(leader_id) BETWEEN 1 AND 127)
);
