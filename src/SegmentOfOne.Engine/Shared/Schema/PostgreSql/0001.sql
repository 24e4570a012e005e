-- Turns, one row each: the history, and by their key the fence between processes. entry is an envelope with the turn's bytes;
-- at is when the batch that brought it was begun, in milliseconds since 1970 by the writer's clock.
CREATE TABLE segmentofone.turn(
    customer uuid NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    entry bytea NOT NULL,
    PRIMARY KEY(customer, version));

-- Finds the turns that a process which died had not yet checkpointed.
CREATE INDEX turn_at ON segmentofone.turn USING brin(at) WITH (pages_per_range = 32, autosummarize = on);

-- Processes that append turns. renewed_at is the database's time in milliseconds since 1970; when it is not above 0 the process was
-- declared dead, and another one began at the time that it is the negative of to checkpoint what was left. Every turn that the process
-- acknowledged before as_of is checkpointed.
CREATE TABLE segmentofone.writer(
    id uuid PRIMARY KEY,
    who text NOT NULL,
    renewed_at bigint NOT NULL,
    as_of bigint NOT NULL) WITH (fillfactor = 50);

-- Queues of a writer. mark is the number of the last attempt to append that succeeded (even), or one more than that of one that was found
-- to have failed: an attempt that finds a mark not below its own, or none, appends nothing.
CREATE TABLE segmentofone.lane(
    writer uuid NOT NULL,
    number integer NOT NULL,
    mark bigint NOT NULL,
    PRIMARY KEY(writer, number)) WITH (fillfactor = 50);

CREATE TABLE segmentofone.lease(
    name text PRIMARY KEY,
    holder uuid NOT NULL,
    who text NOT NULL,
    expires_at bigint NOT NULL) WITH (fillfactor = 50);

CREATE TABLE segmentofone.meta(name text PRIMARY KEY, value bytea NOT NULL);

CREATE TABLE segmentofone.playbook(
    version integer PRIMARY KEY,
    name text NOT NULL,
    document bytea NOT NULL,
    published_at bigint NOT NULL,
    rolled_back_to integer);

-- Half-lives that states are folded with; customers says how many of them are.
CREATE TABLE segmentofone.measures(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key uuid NOT NULL UNIQUE,
    version bigint NOT NULL,
    stage bigint NOT NULL,
    last_seen bigint NOT NULL,
    value double precision NOT NULL,
    measures bigint NOT NULL,
    involvement double precision NOT NULL, involvement_at bigint NOT NULL, involvement_rank double precision NOT NULL,
    interaction double precision NOT NULL, interaction_at bigint NOT NULL, interaction_rank double precision NOT NULL,
    influence double precision NOT NULL, influence_at bigint NOT NULL, influence_rank double precision NOT NULL,
    liked double precision NOT NULL, liked_at bigint NOT NULL,
    disliked double precision NOT NULL, disliked_at bigint NOT NULL,
    snapshot bytea NOT NULL);
CREATE INDEX customer_involvement ON segmentofone.customer(involvement_rank, number);
CREATE INDEX customer_interaction ON segmentofone.customer(interaction_rank, number);
CREATE INDEX customer_influence ON segmentofone.customer(influence_rank, number);
CREATE INDEX customer_last_seen ON segmentofone.customer(last_seen, number);
CREATE INDEX customer_value ON segmentofone.customer(value, number);
CREATE INDEX customer_stage ON segmentofone.customer(stage);

-- States along a customer's history, so that a replay begins near its end; at is when the turn of that version was recorded.
CREATE TABLE segmentofone.anchor(
    customer uuid NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY(customer, version));

-- Ids that left a state's recent ones by a turn that is checkpointed, with the turns that answered them.
CREATE TABLE segmentofone.seen(
    customer uuid NOT NULL,
    id bigint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY(customer, id));

-- Sums over the turns that are checkpointed.
CREATE TABLE segmentofone.total(
    kind text NOT NULL,
    name text NOT NULL,
    value numeric NOT NULL,
    PRIMARY KEY(kind, name)) WITH (fillfactor = 50);

INSERT INTO segmentofone.lease(name, holder, who, expires_at) VALUES ('embedded', '00000000-0000-0000-0000-000000000000', '', 0);
