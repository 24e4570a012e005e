-- The framework's database providers look their statements up in this table, by names and with parameters that are theirs; tables and
-- statements are ours. They look for it on the search path.
CREATE TABLE OrleansQuery(
    QueryKey varchar(64) PRIMARY KEY,
    QueryText text NOT NULL);

-- A cluster's membership changes by one version at a time: whoever moves the version on has seen all that was before.
CREATE TABLE segmentofone_cluster.membership(
    cluster text PRIMARY KEY,
    version integer NOT NULL);

-- Silos that are, were, or try to be members; status and suspects in the framework's terms.
CREATE TABLE segmentofone_cluster.silo(
    cluster text NOT NULL REFERENCES segmentofone_cluster.membership(cluster) ON DELETE CASCADE,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    status integer NOT NULL,
    gateway_port integer NOT NULL,
    suspects text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY(cluster, address, port, generation));

-- What the few grains with a state of their own keep; extension is '' where there is none.
CREATE TABLE segmentofone_cluster.grain_state(
    service text NOT NULL,
    type text NOT NULL,
    type_hash integer NOT NULL,
    id_hash integer NOT NULL,
    id0 bigint NOT NULL,
    id1 bigint NOT NULL,
    extension text NOT NULL,
    version integer NOT NULL,
    payload bytea,
    PRIMARY KEY(id_hash, type_hash, id0, id1, extension, type, service));

INSERT INTO OrleansQuery(QueryKey, QueryText) VALUES
('InsertMembershipVersionKey',
    'WITH added AS (
        INSERT INTO segmentofone_cluster.membership(cluster, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT COUNT(*)::integer FROM added'),

('InsertMembershipKey',
    'WITH moved AS (
        UPDATE segmentofone_cluster.membership SET version = version + 1 WHERE cluster = @DeploymentId AND version = @Version RETURNING cluster),
    added AS (
        INSERT INTO segmentofone_cluster.silo(cluster, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
        RETURNING 1)
    SELECT COUNT(*)::integer FROM added'),

('UpdateMembershipKey',
    'WITH moved AS (
        UPDATE segmentofone_cluster.membership m SET version = version + 1
        WHERE m.cluster = @DeploymentId AND m.version = @Version AND EXISTS (
            SELECT 1 FROM segmentofone_cluster.silo s
            WHERE s.cluster = @DeploymentId AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
        RETURNING cluster),
    changed AS (
        UPDATE segmentofone_cluster.silo s SET status = @Status, suspects = @SuspectTimes, alive_at = @IAmAliveTime
        FROM moved WHERE s.cluster = moved.cluster AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
        RETURNING 1)
    SELECT COUNT(*)::integer FROM changed'),

('UpdateIAmAlivetimeKey',
    'UPDATE segmentofone_cluster.silo SET alive_at = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),

('MembershipReadRowKey',
    'SELECT s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName, s.status AS Status,
        s.gateway_port AS ProxyPort, s.suspects AS SuspectTimes, s.started_at AS StartTime, s.alive_at AS IAmAliveTime, m.version AS Version
    FROM segmentofone_cluster.membership m
    LEFT JOIN segmentofone_cluster.silo s
        ON s.cluster = m.cluster AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE m.cluster = @DeploymentId'),

('MembershipReadAllKey',
    'SELECT s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName, s.status AS Status,
        s.gateway_port AS ProxyPort, s.suspects AS SuspectTimes, s.started_at AS StartTime, s.alive_at AS IAmAliveTime, m.version AS Version
    FROM segmentofone_cluster.membership m LEFT JOIN segmentofone_cluster.silo s ON s.cluster = m.cluster
    WHERE m.cluster = @DeploymentId'),

('GatewaysQueryKey',
    'SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation FROM segmentofone_cluster.silo
    WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0'),

('CleanupDefunctSiloEntriesKey',
    'DELETE FROM segmentofone_cluster.silo WHERE cluster = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3'),

('DeleteMembershipTableEntriesKey',
    'DELETE FROM segmentofone_cluster.membership WHERE cluster = @DeploymentId'),

('ReadFromStorageKey',
    'SELECT payload AS PayloadBinary, version AS Version FROM segmentofone_cluster.grain_state
    WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id0 = @GrainIdN0 AND id1 = @GrainIdN1
        AND extension = COALESCE(@GrainIdExtensionString, '''') AND type = @GrainTypeString AND service = @ServiceId'),

-- Gives the new version; the one that the writer had where another one was there.
('WriteToStorageKey',
    'WITH added AS (
        INSERT INTO segmentofone_cluster.grain_state(service, type, type_hash, id_hash, id0, id1, extension, version, payload)
        SELECT @ServiceId, @GrainTypeString, @GrainTypeHash, @GrainIdHash, @GrainIdN0, @GrainIdN1, COALESCE(@GrainIdExtensionString, ''''), 1, @PayloadBinary
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING RETURNING version),
    changed AS (
        UPDATE segmentofone_cluster.grain_state SET version = version + 1, payload = @PayloadBinary
        WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id0 = @GrainIdN0 AND id1 = @GrainIdN1
            AND extension = COALESCE(@GrainIdExtensionString, '''') AND type = @GrainTypeString AND service = @ServiceId
            AND version = @GrainStateVersion
        RETURNING version)
    SELECT COALESCE((SELECT version FROM added), (SELECT version FROM changed), @GrainStateVersion) AS NewGrainStateVersion'),

('ClearStorageKey',
    'UPDATE segmentofone_cluster.grain_state SET version = version + 1, payload = NULL
    WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id0 = @GrainIdN0 AND id1 = @GrainIdN1
        AND extension = COALESCE(@GrainIdExtensionString, '''') AND type = @GrainTypeString AND service = @ServiceId
        AND version = @GrainStateVersion
    RETURNING version AS NewGrainStateVersion');
