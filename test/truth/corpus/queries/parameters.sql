-- name: ParameterOptionalDefaults :many
SELECT id, title FROM projects
WHERE CASE WHEN @organization_id :: uuid != '00000000-0000-0000-0000-000000000000'::uuid THEN organization_id = @organization_id ELSE true END
AND CASE WHEN @search :: text != '' THEN title ILIKE '%' || @search || '%' ELSE true END
AND CASE WHEN @after :: date != '0001-01-01' THEN starts_on > @after ELSE true END
ORDER BY id LIMIT COALESCE(NULLIF(@limit_opt :: int, 0), 100) OFFSET @offset_opt;

-- name: ParameterEnumAsText :many
SELECT id, state FROM projects WHERE CASE WHEN @state :: text != '' THEN state = @state :: status ELSE true END;

-- name: ParameterEnumOfOtherSchema :many
SELECT id, state FROM billing.invoices WHERE state = @state;

-- name: ParameterEnumList :many
SELECT id, state FROM projects WHERE state = ANY (@states::status[]);

-- name: ParameterNarg :many
SELECT id, title FROM tasks WHERE (sqlc.narg(done)::boolean IS NULL OR done = sqlc.narg(done)) AND (sqlc.narg(urgency)::priority IS NULL OR urgency = sqlc.narg(urgency));

-- name: ParameterNullableColumn :many
SELECT id FROM members WHERE nickname = $1 AND level = $2;

-- name: ParameterSlice :many
SELECT id, title FROM tasks WHERE id IN (sqlc.slice(ids));

-- name: ParameterSliceOfUuids :many
SELECT id, slug FROM organizations WHERE id = ANY (sqlc.slice(ids)::uuid[]);

-- name: ParameterSliceOfTexts :execrows
DELETE FROM counters WHERE name IN (sqlc.slice('names'));

-- name: ParameterLimitOffset :many
SELECT id FROM tasks ORDER BY id LIMIT $1 OFFSET $2;

-- name: ParameterRepeated :many
SELECT id FROM members WHERE nickname = @word OR email = @word OR settings ->> @word = 'x';

-- name: ParameterMixed :many
SELECT id FROM tasks WHERE project_id = $1 AND title = @title AND position > $2;

-- name: ParameterJson :many
SELECT id FROM members WHERE settings @> @wanted;

-- name: ParameterInterval :many
SELECT id FROM tasks WHERE estimate > @longer::interval AND due > now() - @since::interval;

-- name: ParameterDynamicOrder :many
SELECT id, title, position FROM tasks ORDER BY CASE WHEN @by = 'title' THEN title END, CASE WHEN @by = 'position' THEN position END DESC;

-- name: ParameterCastToNumber :many
SELECT id FROM tasks WHERE position = (@number::text)::int;

-- name: ParameterRange :many
SELECT id, during FROM reservations WHERE during && @period AND room = @room;

-- name: ParameterComposite :many
SELECT id FROM everything WHERE n_address = @address::address;

-- name: ParameterArrayOfComposites :one
SELECT count(*) AS n FROM unnest(@addresses::address[]) a WHERE a.house > 0;

-- name: ParameterUnnamed :one
SELECT $1::text AS a, $2::int + 1 AS b;

-- name: ParameterPage :many
SELECT id, created_at FROM members WHERE (created_at, id) < (@created_at::timestamptz, @id::bigint) ORDER BY created_at DESC, id DESC LIMIT @page_size;

-- name: ParameterSearchFull :many
SELECT path FROM categories WHERE search @@ websearch_to_tsquery('simple', @words) AND path <@ @below::ltree;

-- name: ParameterInFunction :many
SELECT id, coalesce(@fallback, title) AS title, repeat(@word, 2) AS twice, date_trunc(@unit, now()) AS trunc FROM tasks;

-- name: ParameterBetween :many
SELECT id FROM tasks WHERE due BETWEEN @from_time AND @until_time;

-- name: ParameterHstore :many
SELECT path FROM categories WHERE attributes @> @attributes;

-- name: ParameterMoney :exec
UPDATE billing.invoices SET fee = @fee WHERE id = @id;

-- name: ParameterDivision :one
SELECT 100 / @divisor::int AS quotient;
