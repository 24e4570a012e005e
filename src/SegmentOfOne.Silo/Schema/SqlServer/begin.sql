-- Keeps others from migrating until the transaction ends, and makes the schema and its table of scripts where they aren't there.
EXEC sp_getapplock @Resource = 'segmentofone_cluster', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
IF SCHEMA_ID('segmentofone_cluster') IS NULL EXEC('CREATE SCHEMA segmentofone_cluster');
IF OBJECT_ID('segmentofone_cluster.script') IS NULL EXEC('CREATE TABLE segmentofone_cluster.script(number int PRIMARY KEY)');
