-- Keeps others from migrating until the transaction ends, and makes the schema and its table of scripts where they aren't there.
SELECT pg_advisory_xact_lock(6008184361430347600);
CREATE SCHEMA IF NOT EXISTS segmentofone_cluster;
CREATE TABLE IF NOT EXISTS segmentofone_cluster.script(number integer PRIMARY KEY);
