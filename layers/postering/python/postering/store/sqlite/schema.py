"""The tables of the SQLite store, and the version that a file must have."""

from typing import Final

SCHEMA_VERSION: Final = 4
APPLICATION_ID: Final = 0x504F5354  # "POST": tells our files from other SQLite files

_CUSTOMERS: Final = """CREATE TABLE customers (
        company TEXT NOT NULL,
        account TEXT NOT NULL,           -- the asynchronous id that a channel gave
        record TEXT NOT NULL,
        PRIMARY KEY (company, account)
    ) WITHOUT ROWID"""

_OUTBOX: Final = (
    """CREATE TABLE outbox (
        id TEXT PRIMARY KEY,             -- a transaction's key; of a run's event its id
        at TEXT NOT NULL,
        event TEXT                       -- of a run; those of a transaction are on its record
    ) WITHOUT ROWID""",
    "CREATE INDEX outbox_in_order ON outbox (at, id)",
)

_RUNS: Final = """CREATE TABLE runs (
        job TEXT NOT NULL,
        place TEXT NOT NULL,             -- 'begun' or 'ended': the run of the job that did so last
        id TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (job, place)
    ) WITHOUT ROWID"""

STATEMENTS: Final = (
    """CREATE TABLE transactions (
        key TEXT PRIMARY KEY,            -- company/channel/store/terminal/transactionId
        channel INTEGER NOT NULL,
        store TEXT NOT NULL,
        transaction_id TEXT NOT NULL,
        reference TEXT NOT NULL,
        sales_id TEXT NOT NULL,
        business_date TEXT NOT NULL,     -- '' while the header has not come
        state TEXT NOT NULL,
        codes TEXT NOT NULL,             -- ' CODE CODE ', for the list by code
        conflicts INTEGER NOT NULL,
        version INTEGER NOT NULL,
        setup_version INTEGER NOT NULL,
        due TEXT,                        -- place in the queue of Synchronize orders; NULL: not in it
        record TEXT NOT NULL             -- JSON of the whole record
    ) WITHOUT ROWID""",
    "CREATE INDEX transactions_due ON transactions (channel, due, key) WHERE due IS NOT NULL",
    "CREATE INDEX transactions_failed ON transactions (channel, setup_version, key) WHERE state = 'failed'",
    "CREATE INDEX transactions_conflicts ON transactions (key) WHERE conflicts > 0",
    "CREATE INDEX transactions_by_id ON transactions (transaction_id)",
    "CREATE INDEX transactions_by_reference ON transactions (reference) WHERE reference <> ''",
    "CREATE INDEX transactions_by_sales_id ON transactions (sales_id) WHERE sales_id <> ''",
    "CREATE INDEX transactions_by_date ON transactions (business_date, key)",
    "CREATE INDEX transactions_by_state ON transactions (state, business_date, key)",
    """CREATE TABLE pieces (
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        content BLOB NOT NULL,           -- compressed rows; never changed
        UNIQUE (key, name)
    )""",
    """CREATE TABLE documents (
        company TEXT NOT NULL,
        sales_id TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        store TEXT NOT NULL,
        business_date TEXT NOT NULL,
        currency TEXT NOT NULL,
        content BLOB NOT NULL,           -- compressed document, payments and journal
        UNIQUE (company, sales_id)
    )""",
    "CREATE INDEX documents_by_date ON documents (business_date, key)",
    """CREATE TABLE references_taken (
        kind TEXT NOT NULL,
        channel INTEGER NOT NULL,
        reference TEXT NOT NULL,
        key TEXT NOT NULL,
        PRIMARY KEY (kind, channel, reference)
    ) WITHOUT ROWID""",
    """CREATE TABLE accounts (
        key TEXT PRIMARY KEY,            -- of the original
        version INTEGER NOT NULL,
        record TEXT NOT NULL             -- what was returned, refunded and cancelled of it
    ) WITHOUT ROWID""",
    _CUSTOMERS,
    *_OUTBOX,
    _RUNS,
    "CREATE TABLE channels (channel INTEGER PRIMARY KEY)",
    "CREATE TABLE number_sequences (company TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE sessions (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        channel_database_group TEXT NOT NULL,
        id TEXT NOT NULL,
        waits INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        version INTEGER NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (channel_database_group, id)
    )""",
    "CREATE INDEX sessions_waiting ON sessions (channel_database_group, tries, position) WHERE waits = 1",
    """CREATE TABLE unkeyed_rows (
        channel_database_group TEXT NOT NULL,
        session TEXT NOT NULL,
        position INTEGER NOT NULL,
        hash TEXT NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (channel_database_group, session, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX unkeyed_rows_by_hash ON unkeyed_rows (channel_database_group, hash)",
    "CREATE TABLE cursors (name TEXT PRIMARY KEY, version INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE setups (version INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, setup TEXT NOT NULL)",
    "CREATE TABLE in_hand (run_id TEXT PRIMARY KEY, tries INTEGER NOT NULL, keys TEXT NOT NULL) WITHOUT ROWID",
)

STEPS: Final = {2: (_CUSTOMERS,), 3: (*_OUTBOX, _RUNS)}
"""The statements that bring a file from a version (the key) to the next one, when the file is opened."""
