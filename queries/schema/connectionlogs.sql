-- The schema that queries/connectionlogs.sql runs on.

CREATE TYPE connection_type AS ENUM (
    'ssh',
    'vscode',
    'jetbrains',
    'reconnecting_pty',
    'workspace_app',
    'port_forwarding'
);

CREATE TYPE connection_status AS ENUM (
    'connected',
    'disconnected'
);

CREATE TYPE user_status AS ENUM (
    'active',
    'suspended',
    'dormant'
);

CREATE TYPE login_type AS ENUM (
    'password',
    'github',
    'oidc',
    'token',
    'none',
    'oauth2_provider_app'
);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    username text NOT NULL DEFAULT '',
    hashed_password bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    status user_status NOT NULL DEFAULT 'dormant',
    rbac_roles text[] NOT NULL DEFAULT '{}',
    login_type login_type NOT NULL DEFAULT 'password',
    avatar_url text NOT NULL DEFAULT '',
    deleted boolean NOT NULL DEFAULT false,
    last_seen_at timestamp without time zone NOT NULL DEFAULT '0001-01-01 00:00:00',
    quiet_hours_schedule text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT ''
);

-- One living user for a name or an address; a deleted user's may be taken again.
CREATE UNIQUE INDEX users_username_lower_idx ON users (lower(username)) WHERE deleted = false;
CREATE UNIQUE INDEX users_email_lower_idx ON users (lower(email)) WHERE deleted = false;

CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    display_name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    icon text NOT NULL DEFAULT '',
    deleted boolean NOT NULL DEFAULT false
);

CREATE TABLE connection_logs (
    id uuid PRIMARY KEY,
    connect_time timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    workspace_owner_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    workspace_id uuid NOT NULL,
    workspace_name text NOT NULL,
    agent_name text NOT NULL,
    type connection_type NOT NULL,
    ip inet NOT NULL,
    code integer,
    user_agent text,
    user_id uuid,
    slug_or_port text,
    connection_id uuid,
    disconnect_time timestamp with time zone,
    disconnect_reason text
);

COMMENT ON COLUMN connection_logs.code IS 'The HTTP status of a web event, or the exit code of an SSH session. Null while a session is ongoing.';
COMMENT ON COLUMN connection_logs.user_agent IS 'The browser or client that made the request. Null for SSH-like sessions, which send none.';
COMMENT ON COLUMN connection_logs.user_id IS 'The user behind a web event. Null for SSH-like sessions, which carry no user.';
COMMENT ON COLUMN connection_logs.slug_or_port IS 'The slug of the app, or the number of the port, that a web event reached. Null for other sessions.';
COMMENT ON COLUMN connection_logs.connection_id IS 'Ties the events of one session together. Null for web events, which are not sessions.';
COMMENT ON COLUMN connection_logs.disconnect_time IS 'When the session ended. Null while it is connected, and always null for web events.';
COMMENT ON COLUMN connection_logs.disconnect_reason IS 'Why the session ended. Null while it is connected, and always null for web events.';

-- What an upsert of a session's event conflicts on. NULLs are distinct, so web events never conflict.
CREATE UNIQUE INDEX connection_logs_session_idx ON connection_logs (connection_id, workspace_id, agent_name);
CREATE INDEX connection_logs_connect_time_idx ON connection_logs (connect_time DESC);
CREATE INDEX connection_logs_organization_id_idx ON connection_logs (organization_id);
CREATE INDEX connection_logs_workspace_id_idx ON connection_logs (workspace_id);
-- A search by user finds few rows among many; its count is read from the index alone.
CREATE INDEX connection_logs_user_id_idx ON connection_logs (user_id)
    INCLUDE (organization_id, workspace_owner_id) WHERE user_id IS NOT NULL;
CREATE INDEX connection_logs_workspace_owner_id_idx ON connection_logs (workspace_owner_id);
