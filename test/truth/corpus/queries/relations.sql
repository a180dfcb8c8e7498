-- name: RelationModel :many
SELECT * FROM organizations;

-- name: RelationColumns :many
SELECT id, slug, parent_id, founded FROM organizations;

-- name: RelationDomains :many
SELECT * FROM everything_domains;

-- name: RelationView :many
SELECT * FROM active_projects;

-- name: RelationViewColumns :many
SELECT id, title, organization, lead_email FROM active_projects WHERE state = @state;

-- name: RelationViewAggregates :many
SELECT * FROM project_totals;

-- name: RelationViewOfViews :many
SELECT * FROM project_overview;

-- name: RelationViewRenamed :many
SELECT member_id, address, days_ago FROM recent_members;

-- name: RelationViewLeftJoined :many
SELECT m.id, v.title, v.state FROM members m LEFT JOIN active_projects v ON v.lead_email = m.email;

-- name: RelationMaterialized :many
SELECT * FROM organization_stats;

-- name: RelationMaterializedJoined :many
SELECT o.slug, s.members, s.average_score FROM organizations o LEFT JOIN organization_stats s ON s.organization_id = o.id;

-- name: RelationPartitioned :many
SELECT * FROM events WHERE at >= @since;

-- name: RelationPartition :many
SELECT id, at, kind FROM events_2025_clicks;

-- name: RelationParent :many
SELECT * FROM vehicles;

-- name: RelationParentOnly :many
SELECT id, wheels FROM ONLY vehicles;

-- name: RelationChild :many
SELECT * FROM trucks;

-- name: RelationOtherSchema :many
SELECT * FROM billing.invoices;

-- name: RelationTwoEnumsOfOneName :many
SELECT o.plan, i.state, i.previous FROM organizations o JOIN billing.invoices i ON i.organization_id = o.id;

-- name: RelationPrefixed :many
SELECT billing.rates.code, rates.rate, rates.valid FROM billing.rates;

-- name: RelationTable :many
TABLE counters;

-- name: RelationSample :many
SELECT id, title FROM tasks TABLESAMPLE SYSTEM (100);

-- name: RelationLocked :many
SELECT id, title, hours FROM tasks WHERE project_id = @project_id FOR UPDATE SKIP LOCKED;

-- name: RelationWholeRow :many
SELECT c AS counter, c.name FROM counters c;

-- name: RelationCircle :many
SELECT d.id, d.name, e.name AS head, e.salary FROM departments d JOIN employees e ON e.id = d.head_id;

-- name: RelationSequence :one
SELECT last_value, is_called FROM projects_id_seq;

-- name: RelationQuotedStar :many
SELECT a.*, b.name FROM (SELECT 1 AS "Odd Name", 2 AS "select", NULL::int AS "x-y") a LEFT JOIN counters b ON false;
