"""The statements behind the migrations, by their order. Those of a released migration are never edited."""

PEOPLE = (
    """create table people (
        id text primary key, name text not null, name_key text not null, language text not null, role text not null,
        created_at text not null, changed_at text not null) strict""",
    "create index people_by_name on people (name_key)",
    """create table addresses (
        platform text not null, tenant text not null, account text not null, person text not null references people,
        place text not null, seen_at text not null, primary key (platform, tenant, account)) strict""",
    "create index addresses_by_person on addresses (person, seen_at)",
    """create table talks (
        id integer primary key, person text not null references people, place text not null, flow text not null,
        answers text not null, asked text, subject integer,
        state text not null check (state in ('open', 'parked', 'done', 'cancelled')),
        created_at text not null, changed_at text not null) strict""",
    "create unique index one_open_talk on talks (place, person) where state = 'open'",
    "create index talks_by_person on talks (person, state)",
)

PROCUREMENTS = (
    """create table procurements (
        id integer primary key, number text, title text not null, title_key text not null, category text,
        phase text not null, responsible text not null references people, deputy text references people,
        version integer not null default 1, created_at text not null, changed_at text not null) strict""",
    "create unique index procurements_by_number on procurements (number) where number is not null",
    "create index procurements_by_responsible on procurements (responsible, changed_at)",
    """create table risk_cases (
        id integer primary key, procurement integer not null references procurements, answers text not null,
        picture text not null, overall text not null, typical text not null, priority integer not null,
        made_by text not null references people, created_at text not null) strict""",
    "create index risk_cases_by_procurement on risk_cases (procurement, id)",
    """create table need_assessments (
        id integer primary key, procurement integer not null references procurements, answers text not null,
        outcome text not null check (outcome in ('needed', 'not_needed', 'unsure')), reasons text not null,
        signed_by text not null references people, created_at text not null) strict""",
    "create index need_assessments_by_procurement on need_assessments (procurement, id)",
    """create table chosen_clauses (
        id integer primary key, procurement integer not null references procurements, clause text not null,
        version text not null, lang text not null, snapshot text not null, chosen_by text not null references people,
        created_at text not null, removed_at text) strict""",
    "create unique index clauses_in_use on chosen_clauses (procurement, clause) where removed_at is null",
)

FOLLOW_UP = (
    """create table suppliers (
        id integer primary key, number text unique, name text not null, name_key text not null unique,
        created_at text not null, changed_at text not null) strict""",
    """create table follow_ups (
        id integer primary key, supplier integer not null references suppliers,
        procurement integer references procurements, contract text, clause text, kind text not null,
        subject text not null, subject_key text not null, due_on text not null,
        responsible text not null references people, deputy text references people,
        state text not null check (state in ('open', 'done', 'closed')), note text, done_by text references people,
        done_at text, version integer not null default 1, created_by text not null references people,
        created_at text not null, changed_at text not null) strict""",
    "create index follow_ups_open on follow_ups (responsible, due_on) where state = 'open'",
    "create index follow_ups_by_supplier on follow_ups (supplier, due_on)",
    """create table reminders (
        id integer primary key, item integer not null references follow_ups, kind text not null,
        offset_days integer not null, local_date text not null, due_at text not null,
        recipient text not null references people, snoozes integer not null default 0,
        state text not null check (state in ('planned', 'queued', 'cancelled', 'superseded')), created_at text not null,
        unique (item, kind, offset_days, local_date, recipient)) strict""",
    "create index reminders_planned on reminders (due_at) where state = 'planned'",
    "create index reminders_by_item on reminders (item, state)",
)

POST = (
    """create table inbox (
        id integer primary key, source text not null, event_key text not null, place text not null,
        person text not null, body text not null, state text not null check (state in ('new', 'done', 'dead')),
        attempts integer not null default 0, error text, created_at text not null,
        unique (source, event_key)) strict""",
    "create index inbox_waiting on inbox (id) where state = 'new'",
    """create table outbox (
        id integer primary key, dedupe_key text not null unique, platform text not null, place text not null,
        person text, body text not null, item integer, not_before text not null, expires_at text,
        state text not null
            check (state in ('pending', 'sending', 'unknown', 'sent', 'cancelled', 'failed', 'held')),
        attempts integer not null default 0, lease_until text, lease_owner text, platform_ref text, sent_at text,
        last_error text, created_at text not null) strict""",
    "create index outbox_waiting on outbox (platform, place, id) where state in ('pending', 'sending', 'unknown')",
    "create table leases (name text primary key, owner text not null, until text not null) strict",
)

AUDIT = (
    """create table audit (
        id integer primary key, at text not null, actor text not null, action text not null, object text not null,
        details text not null, previous text not null, hash text not null) strict""",
    "create index audit_by_object on audit (object, id)",
    """create trigger audit_is_kept before delete on audit
        begin select raise(abort, 'the audit trail is append-only'); end""",
    """create trigger audit_is_not_rewritten before update on audit
        begin select raise(abort, 'the audit trail is append-only'); end""",
)

ORGANISATION = (
    """create table policies (
        id integer primary key, title text not null, title_key text not null, decided_on text not null,
        decided_by text not null, link text, owner text not null, review_on text,
        created_by text not null references people, created_at text not null, replaced_at text) strict""",
    "create unique index policies_in_force on policies (title_key) where replaced_at is null",
    """create table self_checks (
        id integer primary key, kind text not null, answers text not null,
        made_by text not null references people, created_at text not null) strict""",
    "create index self_checks_by_kind on self_checks (kind, id)",
)

ROOMS = (
    """create table rooms (
        platform text not null, tenant text not null, room text not null,
        level text not null check (level in ('public', 'internal', 'secret-ok')), name text not null,
        allowed_by text not null, created_at text not null, changed_at text not null,
        primary key (platform, tenant, room)) strict""",
    "alter table outbox add column card text",
    "create index outbox_by_ref on outbox (platform, platform_ref)",
    "alter table people add column zone text not null default ''",
)

COMING_IN = (
    """create table invitations (
        id integer primary key, code_hash text not null unique, name text not null, role text not null,
        made_by text not null, person text references people, created_at text not null, expires_at text not null,
        used_at text) strict""",
    """create table links (
        id integer primary key, code_hash text not null unique, person text not null references people,
        place text not null, platform text, tenant text, account text, account_place text, account_name text,
        state text not null check (state in ('offered', 'claimed', 'confirmed', 'refused')),
        created_at text not null, expires_at text not null) strict""",
    "alter table outbox add column parts integer not null default 0",
)

ON_SITE = (
    """create table evidence (
        id integer primary key, about text not null, kind text not null check (kind in ('note', 'photo', 'document')),
        text text, name text, path text, sha256 text, size integer, person text not null references people,
        created_at text not null) strict""",
    "create index evidence_by_record on evidence (about, id)",
    """create table deviations (
        id integer primary key, supplier integer not null references suppliers, contract text,
        item integer references follow_ups, what text not null,
        class text check (class in ('observation', 'minor', 'major', 'zero_tolerance')),
        two integer not null default 0 check (two in (0, 1)), where_found text, found_on text not null,
        state text not null check (state in ('open', 'reported_done', 'closing', 'closed')),
        closing_by text references people, closing_note text, closed_by text references people, closed_at text,
        responsible text not null references people, version integer not null default 1,
        created_by text not null references people, created_at text not null, changed_at text not null,
        check (class is null or class <> 'zero_tolerance' or two = 1)) strict""",
    "create index deviations_open on deviations (responsible, id) where state <> 'closed'",
    "create index deviations_by_supplier on deviations (supplier, id)",
    "create index deviations_by_author on deviations (created_by, id)",
    """create table certificates (
        id integer primary key, supplier integer not null references suppliers, scheme text not null,
        number text not null, holder text not null, scope text, valid_to text not null, looked_up text,
        item integer references follow_ups, created_by text not null references people, created_at text not null,
        replaced_at text) strict""",
    "create index certificates_current on certificates (valid_to) where replaced_at is null",
    "create index certificates_by_supplier on certificates (supplier, id)",
)

CONTRACTS = (
    """create table contracts (
        id integer primary key, number text not null, number_key text not null unique,
        supplier integer not null references suppliers, procurement integer references procurements,
        starts_on text not null, ends_on text not null, notice_on text,
        responsible text not null references people, deputy text references people, planned_at text,
        version integer not null default 1, created_by text not null references people, created_at text not null,
        changed_at text not null, check (starts_on < ends_on)) strict""",
    "create index contracts_by_supplier on contracts (supplier, id)",
    "create index contracts_by_end on contracts (ends_on)",
    "create index follow_ups_by_contract on follow_ups (contract) where contract is not null",
    """create table reuses (
        id integer primary key, supplier integer not null references suppliers, authority text not null,
        done_on text not null, answers text not null, outcome text not null check (outcome in ('counts', 'counts_not')),
        decided_by text not null references people, created_at text not null) strict""",
    "create index reuses_by_supplier on reuses (supplier, id)",
)

ACTIONS = (
    """create table actions (
        id integer primary key, deviation integer not null references deviations,
        kind text not null check (kind in ('corrective', 'preventive')), what text not null, owner text not null,
        due_on text not null,
        state text not null
            check (state in ('not_started', 'planned', 'in_progress', 'reported_done', 'verified', 'rejected')),
        proof text, rejected_why text, item integer references follow_ups, version integer not null default 1,
        created_by text not null references people, verified_by text references people, verified_at text,
        created_at text not null, changed_at text not null,
        check ((state = 'verified') = (verified_by is not null))) strict""",
    "create index actions_by_deviation on actions (deviation, id)",
    "create index actions_by_item on actions (item)",
    "create index actions_open on actions (due_on, id) where state <> 'verified'",
    """create table decisions (
        id integer primary key, deviation integer not null references deviations, rung text not null,
        reasons text not null, two integer not null check (two in (0, 1)), clause text,
        state text not null check (state in ('proposed', 'decided', 'withdrawn')),
        proposed_by text not null references people, decided_by text references people,
        created_at text not null, decided_at text,
        check ((state = 'decided') = (decided_by is not null))) strict""",
    "create index decisions_by_deviation on decisions (deviation, id)",
)

WEB = (
    """create table web_links (
        id integer primary key, kind text not null check (kind in ('form', 'report', 'calendar')), about text not null,
        key_hash text not null, made_by text not null references people, created_at text not null, expires_at text,
        revoked_at text, opened integer not null default 0, opened_at text) strict""",
    "create index web_links_by_record on web_links (kind, about, id)",
    """create table self_assessments (
        id integer primary key, supplier integer not null references suppliers, contract text,
        item integer references follow_ups, lang text not null, due_on text not null,
        state text not null check (state in ('sent', 'submitted', 'returned', 'judged', 'withdrawn')),
        round integer not null default 1, receipt text unique, answered_by text, submitted_at text,
        verdict text check (verdict in ('met', 'partly', 'not_met')), reasons text, judged_by text references people,
        judged_at text, responsible text not null references people, version integer not null default 1,
        created_by text not null references people, created_at text not null, changed_at text not null,
        check ((state = 'judged') = (verdict is not null))) strict""",
    "create index self_assessments_by_supplier on self_assessments (supplier, id)",
    "create index self_assessments_open on self_assessments (due_on, id) where state in ('sent', 'returned')",
    """create table form_answers (
        assessment integer not null references self_assessments, round integer not null, question text not null,
        answer text not null, created_at text not null, changed_at text not null,
        primary key (assessment, round, question)) strict""",
    """create table form_files (
        id integer primary key, assessment integer not null references self_assessments, round integer not null,
        question text not null, name text not null, kind text not null, path text not null, sha256 text not null,
        size integer not null, created_at text not null, removed_at text) strict""",
    "create index form_files_by_assessment on form_files (assessment, id)",
    """create table form_posts (
        nonce_hash text primary key, assessment integer not null references self_assessments,
        created_at text not null) strict""",
    """create table judgements (
        id integer primary key, assessment integer not null references self_assessments, round integer not null,
        routine text not null, outcome text not null check (outcome in ('met', 'not_shown', 'question')),
        reasons text not null, judged_by text not null references people, created_at text not null,
        unique (assessment, round, routine)) strict""",
)

AUTHORITIES = (
    """create table authorities (
        id integer primary key, name text not null, key text not null, added_by text not null,
        created_at text not null, revoked_at text) strict""",
    "create unique index authorities_trusted on authorities (key) where revoked_at is null",
    """create table imported_results (
        id integer primary key, hash text not null unique, authority integer not null references authorities,
        supplier_number text, supplier_key text not null, payload text not null, done_on text not null,
        imported_by text not null, created_at text not null) strict""",
    "create index imported_results_by_number on imported_results (supplier_number, id)",
    "create index imported_results_by_name on imported_results (supplier_key, id)",
)

INSPECTIONS = (
    """create table inspections (
        id integer primary key, supplier integer not null references suppliers, contract text,
        kind text not null check (kind in ('office', 'site')), held_on text not null, place text, participants text,
        state text not null check (state in ('open', 'done')), finished_at text,
        responsible text not null references people, version integer not null default 1,
        created_by text not null references people, created_at text not null, changed_at text not null,
        check ((state = 'done') = (finished_at is not null))) strict""",
    "create index inspections_by_supplier on inspections (supplier, held_on)",
    """create table inspection_points (
        id integer primary key, inspection integer not null references inspections, clause text, general text,
        title text not null, question text not null, method text, own integer not null check (own in (0, 1)),
        outcome text check (outcome in ('yes', 'no', 'not_seen')), note text, by text references people, at text,
        created_at text not null) strict""",
    "create index inspection_points_by_inspection on inspection_points (inspection, id)",
)

REMINDERS = (
    """create table item_cadences (
        item integer primary key references follow_ups, before_days text, paused_until text,
        waits_for integer references follow_ups, set_by text not null references people,
        created_at text not null, changed_at text not null) strict""",
    """create table series (
        id integer primary key, item integer not null references follow_ups, anchor text not null,
        months integer not null check (months between 1 and 60), nth integer not null default 0, stopped_at text,
        created_by text not null references people, created_at text not null, changed_at text not null) strict""",
    "create unique index series_by_item on series (item)",
    "create index series_running on series (item) where stopped_at is null",
    """create table absences (
        id integer primary key, person text not null references people, stand_in text not null references people,
        from_on text not null, until_on text not null, told_at text, ended_at text, created_at text not null,
        changed_at text not null, check (person <> stand_in), check (from_on <= until_on)) strict""",
    "create unique index absent_now on absences (person) where ended_at is null",
    "create table clock (name text primary key, value text not null, created_at text not null,"
    " changed_at text not null) strict",
)

TEAMS = (
    """create table teams (
        id integer primary key, name text not null, name_key text not null unique, platform text not null,
        tenant text not null, room text not null, language text not null,
        digest_day integer check (digest_day between 1 and 7), digest_at text,
        created_by text not null, created_at text not null, changed_at text not null,
        unique (platform, tenant, room)) strict""",
    """create table team_members (
        team integer not null references teams, person text not null references people, created_at text not null,
        primary key (team, person)) strict""",
    "create index team_members_by_person on team_members (person)",
    """create table team_cadences (
        team integer not null references teams, kind text not null, before_days text not null, set_by text not null,
        created_at text not null, changed_at text not null, primary key (team, kind)) strict""",
    """create table undos (
        id integer primary key, item integer not null references follow_ups, what text not null, before text not null,
        version integer not null, by text not null references people, created_at text not null, used_at text) strict""",
    "alter table actions add column withdrawn_why text",
    "create index undos_by_item on undos (item, id)",
    "create index undos_by_person on undos (by, id)",
    "create index outbox_by_item on outbox (item) where item is not null",
    "alter table outbox add column failed_at text",
    "create index outbox_failed on outbox (failed_at) where failed_at is not null",
)

REMINDERS_BY_PERSON = (
    "drop index reminders_planned",
    "create index reminders_planned on reminders (due_at, recipient) where state = 'planned'",
    "create index reminders_by_recipient on reminders (recipient, due_at) where state = 'planned'",
)
