-- What the connection log service asks beside queries/connectionlogs.sql. Written for this
-- repository, under its MIT licence.

-- CountConnectionLogs counts what GetConnectionLogsOffset finds with the same search and filter,
-- and stops at a cap, so that a large table is never counted whole. Ask for one more than you
-- show, to tell "1000" from "more than 1000".
-- name: CountConnectionLogs :one
SELECT
    count(*)::int AS count
FROM (
    SELECT 1
    FROM connection_logs
    JOIN users AS workspace_owner ON connection_logs.workspace_owner_id = workspace_owner.id
    LEFT JOIN users ON connection_logs.user_id = users.id
    JOIN organizations ON connection_logs.organization_id = organizations.id
    WHERE
        CASE
            WHEN @organization_id :: uuid != '00000000-0000-0000-0000-000000000000'::uuid
            THEN connection_logs.organization_id = @organization_id
            ELSE true
        END
        AND CASE
            WHEN @workspace_owner :: text != ''
            THEN connection_logs.workspace_owner_id = (
                SELECT id FROM users WHERE lower(username) = lower(@workspace_owner) AND deleted = false
            )
            ELSE true
        END
        AND CASE
            WHEN @workspace_owner_id :: uuid != '00000000-0000-0000-0000-000000000000'::uuid
            THEN connection_logs.workspace_owner_id = @workspace_owner_id
            ELSE true
        END
        AND CASE
            WHEN @workspace_owner_email :: text != ''
            THEN connection_logs.workspace_owner_id = (
                SELECT id FROM users WHERE email = @workspace_owner_email AND deleted = false
            )
            ELSE true
        END
        AND CASE
            WHEN @type :: text != ''
            -- In a subquery it is read once; as it stands, a text becomes an enum for each row anew.
            THEN connection_logs.type = (SELECT @type :: connection_type)
            ELSE true
        END
        AND CASE
            WHEN @user_id :: uuid != '00000000-0000-0000-0000-000000000000'::uuid
            THEN connection_logs.user_id = @user_id
            ELSE true
        END
        AND CASE
            WHEN @username :: text != ''
            THEN connection_logs.user_id = (
                SELECT id FROM users WHERE lower(username) = lower(@username) AND deleted = false
            )
            ELSE true
        END
        AND CASE
            WHEN @user_email :: text != ''
            THEN users.email = @user_email
            ELSE true
        END
        AND CASE
            WHEN @connected_after :: timestamp with time zone != '0001-01-01 00:00:00Z'
            THEN connection_logs.connect_time >= @connected_after
            ELSE true
        END
        AND CASE
            WHEN @connected_before :: timestamp with time zone != '0001-01-01 00:00:00Z'
            THEN connection_logs.connect_time <= @connected_before
            ELSE true
        END
        AND CASE
            WHEN @workspace_id :: uuid != '00000000-0000-0000-0000-000000000000'::uuid
            THEN connection_logs.workspace_id = @workspace_id
            ELSE true
        END
        AND CASE
            WHEN @connection_id :: uuid != '00000000-0000-0000-0000-000000000000'::uuid
            THEN connection_logs.connection_id = @connection_id
            ELSE true
        END
        AND CASE
            WHEN @status :: text != ''
            THEN (
                (@status = 'ongoing' AND connection_logs.disconnect_time IS NULL)
                OR (@status = 'completed' AND connection_logs.disconnect_time IS NOT NULL)
            )
            AND connection_logs.type NOT IN ('workspace_app', 'port_forwarding')
            ELSE true
        END
        -- @authorize_filter
    LIMIT @count_cap :: int
) AS found;

-- FindOrganization resolves what a search calls an organization: its id, or its name.
-- name: FindOrganization :many
SELECT id
FROM organizations
WHERE deleted = false AND (id::text = lower(@id_or_name :: text) OR lower(name) = lower(@id_or_name))
LIMIT 1;

-- RecordConnectionEvents stores many events as UpsertConnectionLog stores one.
-- name: RecordConnectionEvents :batchexec
INSERT INTO connection_logs (
    id, connect_time, organization_id, workspace_owner_id, workspace_id, workspace_name, agent_name, type,
    code, ip, user_agent, user_id, slug_or_port, connection_id, disconnect_reason, disconnect_time
) VALUES (
    @id, @time, @organization_id, @workspace_owner_id, @workspace_id, @workspace_name, @agent_name, @type,
    @code, @ip, @user_agent, @user_id, @slug_or_port, @connection_id, @disconnect_reason,
    CASE WHEN @connection_status :: connection_status = 'disconnected' THEN @time :: timestamp with time zone END
)
ON CONFLICT (connection_id, workspace_id, agent_name) DO UPDATE SET
    disconnect_time = CASE
        WHEN @connection_status :: connection_status = 'disconnected' AND connection_logs.disconnect_time IS NULL
        THEN EXCLUDED.connect_time
        ELSE connection_logs.disconnect_time
    END,
    disconnect_reason = CASE
        WHEN @connection_status :: connection_status = 'disconnected' AND connection_logs.disconnect_reason IS NULL
        THEN EXCLUDED.disconnect_reason
        ELSE connection_logs.disconnect_reason
    END,
    code = CASE
        WHEN @connection_status :: connection_status = 'disconnected' AND connection_logs.code IS NULL
        THEN EXCLUDED.code
        ELSE connection_logs.code
    END;

-- DeleteOldConnectionLogs deletes the oldest logs from before a time, at most so many at once.
-- Rows that another job has locked are left to it.
-- name: DeleteOldConnectionLogs :execrows
DELETE FROM connection_logs
WHERE id IN (
    SELECT old.id
    FROM connection_logs AS old
    WHERE old.connect_time < @connected_before
    ORDER BY old.connect_time
    LIMIT @batch_size
    FOR UPDATE SKIP LOCKED
);
