-- due_at: when to look at the customer, in milliseconds since 1970, by playbook due_playbook; NULL: never.
ALTER TABLE segmentofone.customer ADD due_at bigint NULL, due_playbook bigint NOT NULL CONSTRAINT customer_due_playbook DEFAULT 0;
EXEC('CREATE INDEX customer_due ON segmentofone.customer(due_at, number) WHERE due_at IS NOT NULL');

-- Who is in a segment, and since when. Names differ when their characters do.
CREATE TABLE segmentofone.member(
    segment nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    customer uniqueidentifier NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY(segment, customer));

-- Names of sums over journeys hold those of a journey and its steps.
DECLARE @drop nvarchar(400) = (
    SELECT 'ALTER TABLE segmentofone.total DROP CONSTRAINT ' + QUOTENAME(name) FROM sys.key_constraints
    WHERE parent_object_id = OBJECT_ID('segmentofone.total') AND type = 'PK');
EXEC(@drop);
ALTER TABLE segmentofone.total DROP COLUMN name_bytes;
ALTER TABLE segmentofone.total ALTER COLUMN name nvarchar(400) NOT NULL;
EXEC('ALTER TABLE segmentofone.total ADD name_bytes AS CAST(name AS varbinary(800)) PERSISTED NOT NULL');
EXEC('ALTER TABLE segmentofone.total ADD PRIMARY KEY(kind, name_bytes)');
