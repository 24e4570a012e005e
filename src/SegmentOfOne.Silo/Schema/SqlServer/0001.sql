-- The framework's database providers look their statements up in this table, by names and with parameters that are theirs; tables and
-- statements are ours. They look for it in the user's default schema.
CREATE TABLE OrleansQuery(
    QueryKey varchar(64) NOT NULL PRIMARY KEY,
    QueryText varchar(max) NOT NULL);

-- A cluster's membership changes by one version at a time: whoever moves the version on has seen all that was before.
CREATE TABLE segmentofone_cluster.membership(
    cluster nvarchar(150) NOT NULL PRIMARY KEY,
    version int NOT NULL);

-- Silos that are, were, or try to be members; status and suspects in the framework's terms.
CREATE TABLE segmentofone_cluster.silo(
    cluster nvarchar(150) NOT NULL REFERENCES segmentofone_cluster.membership(cluster) ON DELETE CASCADE,
    address varchar(45) NOT NULL,
    port int NOT NULL,
    generation int NOT NULL,
    name nvarchar(150) NOT NULL,
    host nvarchar(150) NOT NULL,
    status int NOT NULL,
    gateway_port int NOT NULL,
    suspects varchar(max),
    started_at datetime2(3) NOT NULL,
    alive_at datetime2(3) NOT NULL,
    PRIMARY KEY(cluster, address, port, generation));

-- What the few grains with a state of their own keep; extension is '' where there is none.
CREATE TABLE segmentofone_cluster.grain_state(
    service nvarchar(150) NOT NULL,
    type nvarchar(200) NOT NULL,
    type_hash int NOT NULL,
    id_hash int NOT NULL,
    id0 bigint NOT NULL,
    id1 bigint NOT NULL,
    extension nvarchar(80) NOT NULL,
    version int NOT NULL,
    payload varbinary(max),
    PRIMARY KEY(id_hash, type_hash, id0, id1, extension, type, service));

INSERT INTO OrleansQuery(QueryKey, QueryText) VALUES
('InsertMembershipVersionKey',
    'SET NOCOUNT ON;
    INSERT INTO segmentofone_cluster.membership(cluster, version)
    SELECT @DeploymentId, 0 WHERE NOT EXISTS (SELECT 1 FROM segmentofone_cluster.membership WITH (UPDLOCK, HOLDLOCK) WHERE cluster = @DeploymentId);
    SELECT @@ROWCOUNT'),

('InsertMembershipKey',
    'SET NOCOUNT, XACT_ABORT ON;
    DECLARE @moved int;
    BEGIN TRANSACTION;
    UPDATE segmentofone_cluster.membership SET version = version + 1 WHERE cluster = @DeploymentId AND version = @Version;
    SET @moved = @@ROWCOUNT;
    IF @moved > 0
        INSERT INTO segmentofone_cluster.silo(cluster, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
        VALUES (@DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime);
    COMMIT TRANSACTION;
    SELECT @moved'),

('UpdateMembershipKey',
    'SET NOCOUNT, XACT_ABORT ON;
    DECLARE @moved int;
    BEGIN TRANSACTION;
    UPDATE segmentofone_cluster.membership SET version = version + 1
    WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
        SELECT 1 FROM segmentofone_cluster.silo s
        WHERE s.cluster = @DeploymentId AND s.address = @Address AND s.port = @Port AND s.generation = @Generation);
    SET @moved = @@ROWCOUNT;
    IF @moved > 0
        UPDATE segmentofone_cluster.silo SET status = @Status, suspects = @SuspectTimes, alive_at = @IAmAliveTime
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation;
    COMMIT TRANSACTION;
    SELECT @moved'),

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
    'SET NOCOUNT, XACT_ABORT ON;
    DECLARE @written int;
    BEGIN TRANSACTION;
    IF @GrainStateVersion IS NULL
        INSERT INTO segmentofone_cluster.grain_state(service, type, type_hash, id_hash, id0, id1, extension, version, payload)
        SELECT @ServiceId, @GrainTypeString, @GrainTypeHash, @GrainIdHash, @GrainIdN0, @GrainIdN1, COALESCE(@GrainIdExtensionString, ''''), 1, @PayloadBinary
        WHERE NOT EXISTS (
            SELECT 1 FROM segmentofone_cluster.grain_state WITH (UPDLOCK, HOLDLOCK)
            WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id0 = @GrainIdN0 AND id1 = @GrainIdN1
                AND extension = COALESCE(@GrainIdExtensionString, '''') AND type = @GrainTypeString AND service = @ServiceId);
    ELSE
        UPDATE segmentofone_cluster.grain_state SET version = version + 1, payload = @PayloadBinary
        WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id0 = @GrainIdN0 AND id1 = @GrainIdN1
            AND extension = COALESCE(@GrainIdExtensionString, '''') AND type = @GrainTypeString AND service = @ServiceId
            AND version = @GrainStateVersion;
    SET @written = @@ROWCOUNT;
    COMMIT TRANSACTION;
    SELECT CASE WHEN @written > 0 THEN COALESCE(@GrainStateVersion, 0) + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion'),

('ClearStorageKey',
    'SET NOCOUNT ON;
    UPDATE segmentofone_cluster.grain_state SET version = version + 1, payload = NULL
    OUTPUT INSERTED.version AS NewGrainStateVersion
    WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id0 = @GrainIdN0 AND id1 = @GrainIdN1
        AND extension = COALESCE(@GrainIdExtensionString, '''') AND type = @GrainTypeString AND service = @ServiceId
        AND version = @GrainStateVersion');
