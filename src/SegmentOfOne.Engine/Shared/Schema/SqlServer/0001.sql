-- Turns, one row each: the history, and by their key the fence between processes. entry is an envelope with the turn's bytes;
-- at is when the batch that brought it was begun, in milliseconds since 1970 by the writer's clock.
CREATE TABLE segmentofone.turn(
    customer uniqueidentifier NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    entry varbinary(max) NOT NULL,
    PRIMARY KEY(customer, version));

-- Finds the turns that a process which died had not yet checkpointed.
CREATE INDEX turn_at ON segmentofone.turn(at);

-- Processes that append turns. renewed_at is the database's time in milliseconds since 1970; when it is not above 0 the process was
-- declared dead, and another one began at the time that it is the negative of to checkpoint what was left. Every turn that the process
-- acknowledged before as_of is checkpointed.
CREATE TABLE segmentofone.writer(
    id uniqueidentifier PRIMARY KEY,
    who nvarchar(200) NOT NULL,
    renewed_at bigint NOT NULL,
    as_of bigint NOT NULL);

-- Queues of a writer. mark is the number of the last attempt to append that succeeded (even), or one more than that of one that was found
-- to have failed: an attempt that finds a mark not below its own, or none, appends nothing.
CREATE TABLE segmentofone.lane(
    writer uniqueidentifier NOT NULL,
    number int NOT NULL,
    mark bigint NOT NULL,
    PRIMARY KEY(writer, number));

CREATE TABLE segmentofone.lease(
    name varchar(32) PRIMARY KEY,
    holder uniqueidentifier NOT NULL,
    who nvarchar(200) NOT NULL,
    expires_at bigint NOT NULL);

CREATE TABLE segmentofone.meta(name varchar(32) PRIMARY KEY, value varbinary(max) NOT NULL);

CREATE TABLE segmentofone.playbook(
    version int PRIMARY KEY,
    name nvarchar(400) NOT NULL,
    document varbinary(max) NOT NULL,
    published_at bigint NOT NULL,
    rolled_back_to int);

-- Half-lives that states are folded with; customers says how many of them are.
CREATE TABLE segmentofone.measures(
    number bigint IDENTITY(1, 1) PRIMARY KEY,
    involvement bigint NOT NULL,
    interaction bigint NOT NULL,
    intimacy bigint NOT NULL,
    influence bigint NOT NULL,
    customers bigint NOT NULL,
    UNIQUE(involvement, interaction, intimacy, influence));

-- snapshot is an envelope with the state at version, through which the customer is checkpointed; the other columns say the same for
-- queries. Accumulators are {amount, valued at, rank}; rank = log2(amount) + at / half-life orders customers of one half-life the same
-- at every later time.
CREATE TABLE segmentofone.customer(
    number bigint IDENTITY(1, 1) PRIMARY KEY,
    [key] uniqueidentifier NOT NULL UNIQUE,
    version bigint NOT NULL,
    stage bigint NOT NULL,
    last_seen bigint NOT NULL,
    value float NOT NULL,
    measures bigint NOT NULL,
    involvement float NOT NULL, involvement_at bigint NOT NULL, involvement_rank float NOT NULL,
    interaction float NOT NULL, interaction_at bigint NOT NULL, interaction_rank float NOT NULL,
    influence float NOT NULL, influence_at bigint NOT NULL, influence_rank float NOT NULL,
    liked float NOT NULL, liked_at bigint NOT NULL,
    disliked float NOT NULL, disliked_at bigint NOT NULL,
    snapshot varbinary(max) NOT NULL);
CREATE INDEX customer_involvement ON segmentofone.customer(involvement_rank, number);
CREATE INDEX customer_interaction ON segmentofone.customer(interaction_rank, number);
CREATE INDEX customer_influence ON segmentofone.customer(influence_rank, number);
CREATE INDEX customer_last_seen ON segmentofone.customer(last_seen, number);
CREATE INDEX customer_value ON segmentofone.customer(value, number);
CREATE INDEX customer_stage ON segmentofone.customer(stage);

-- States along a customer's history, so that a replay begins near its end; at is when the turn of that version was recorded.
CREATE TABLE segmentofone.anchor(
    customer uniqueidentifier NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    state varbinary(max) NOT NULL,
    PRIMARY KEY(customer, version));

-- Ids that left a state's recent ones by a turn that is checkpointed, with the turns that answered them.
CREATE TABLE segmentofone.seen(
    customer uniqueidentifier NOT NULL,
    id bigint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY(customer, id));

-- Sums over the turns that are checkpointed. Names differ when their bytes do, whatever the collation says.
CREATE TABLE segmentofone.total(
    kind varchar(32) NOT NULL,
    name nvarchar(64) NOT NULL,
    name_bytes AS CAST(name AS varbinary(128)) PERSISTED NOT NULL,
    value decimal(38, 14) NOT NULL,
    PRIMARY KEY(kind, name_bytes));

INSERT INTO segmentofone.lease(name, holder, who, expires_at) VALUES ('embedded', '00000000-0000-0000-0000-000000000000', '', 0);
