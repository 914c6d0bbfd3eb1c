/**
 * Institutions, people, the archive's index, reading tasks, reports, notices, audit, outbox.
 * Everything a person reads is under row-level security: `hub_app` sees a study through `study_access`, and what hangs
 * on a study through the study. The owner (receivers, jobs, sign-in) is not subject to it.
 */
export const initialMigration = `
CREATE EXTENSION IF NOT EXISTS pg_trgm;

DO $$ BEGIN
  CREATE ROLE hub_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
-- a superuser is every role already; two databases of one server may be made at the same moment
DO $$ BEGIN
  IF NOT pg_has_role(CURRENT_USER, 'hub_app', 'SET') THEN GRANT hub_app TO CURRENT_USER; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO hub_app;

-- institutions and people -------------------------------------------------------------------------------------------
CREATE TABLE site (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,32}$'),
  name text NOT NULL,
  name_en text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('community', 'imaging-centre', 'ecg-centre')),
  time_zone text NOT NULL DEFAULT 'Asia/Shanghai',
  auto_request boolean NOT NULL DEFAULT false,
  quiet_seconds integer NOT NULL DEFAULT 60 CHECK (quiet_seconds BETWEEN 1 AND 86400)
);

CREATE TABLE account (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  username text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9._-]{1,64}$'),
  display_name text NOT NULL,
  title text NOT NULL DEFAULT '',
  password_hash text NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE account_role (
  account_id uuid NOT NULL REFERENCES account,
  site_id text REFERENCES site,
  role text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (account_id, site_id, role)
);

CREATE TABLE session (
  token_sha256 bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE api_key (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account_id uuid NOT NULL REFERENCES account,
  name text NOT NULL,
  key_sha256 bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

CREATE TABLE application_entity (
  title text PRIMARY KEY CHECK (length(title) BETWEEN 1 AND 16),
  site_id text NOT NULL REFERENCES site,
  host text,
  port integer CHECK (port BETWEEN 1 AND 65535),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- where a site's studies are read; modality '*' is every other one
CREATE TABLE reading_route (
  site_id text NOT NULL REFERENCES site,
  modality text NOT NULL,
  centre_site_id text NOT NULL REFERENCES site,
  PRIMARY KEY (site_id, modality)
);

CREATE TABLE access_policy (
  action text NOT NULL,
  role text NOT NULL,
  relation text NOT NULL,
  PRIMARY KEY (action, role, relation)
);

-- the archive's index -----------------------------------------------------------------------------------------------
CREATE TABLE patient (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer text NOT NULL,
  patient_id text NOT NULL,
  name_alphabetic text NOT NULL,
  name_ideographic text NOT NULL,
  name_phonetic text NOT NULL,
  birth_date text NOT NULL,
  sex text NOT NULL,
  search_text text NOT NULL
);
-- the same id from two issuers is two patients; without an id every study is a patient of its own
CREATE UNIQUE INDEX patient_identity ON patient (issuer, patient_id) WHERE patient_id <> '';
CREATE INDEX patient_search ON patient USING gin (search_text gin_trgm_ops);

CREATE TABLE study (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_instance_uid text NOT NULL UNIQUE CHECK (length(study_instance_uid) <= 64),
  site_id text NOT NULL REFERENCES site,
  patient_id bigint NOT NULL REFERENCES patient,
  study_date text NOT NULL,
  study_time text NOT NULL,
  accession_number text NOT NULL,
  dicom_study_id text NOT NULL,
  description text NOT NULL,
  referring_physician text NOT NULL,
  -- the patient as this study's own header names her; the patient row is the identity
  patient_name text NOT NULL,
  patient_name_latin text NOT NULL,
  patient_birth_date text NOT NULL,
  patient_sex text NOT NULL,
  patient_age text NOT NULL,
  modalities text[] NOT NULL DEFAULT '{}',
  body_parts text[] NOT NULL DEFAULT '{}',
  series_count integer NOT NULL DEFAULT 0,
  instance_count integer NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  attributes jsonb NOT NULL,
  search_text text NOT NULL,
  identity_conflict boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'complete')),
  first_received_at timestamptz NOT NULL,
  last_received_at timestamptz NOT NULL,
  released_at timestamptz,
  completed_at timestamptz
);
CREATE INDEX study_site_date ON study (site_id, study_date DESC, id DESC);
CREATE INDEX study_date ON study (study_date DESC, id DESC);
CREATE INDEX study_patient ON study (patient_id);
CREATE INDEX study_accession ON study (accession_number) WHERE accession_number <> '';
CREATE INDEX study_search ON study USING gin (search_text gin_trgm_ops);

CREATE TABLE series (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id bigint NOT NULL REFERENCES study,
  series_instance_uid text NOT NULL CHECK (length(series_instance_uid) <= 64),
  modality text NOT NULL,
  series_number integer,
  description text NOT NULL,
  body_part text NOT NULL,
  instance_count integer NOT NULL DEFAULT 0,
  attributes jsonb NOT NULL,
  UNIQUE (study_id, series_instance_uid)
);

CREATE TABLE instance (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  study_id bigint NOT NULL REFERENCES study,
  series_id bigint NOT NULL REFERENCES series,
  sop_instance_uid text NOT NULL UNIQUE CHECK (length(sop_instance_uid) <= 64),
  sop_class_uid text NOT NULL,
  transfer_syntax_uid text NOT NULL,
  instance_number integer,
  number_of_frames integer,
  blob_key text NOT NULL UNIQUE,
  byte_length bigint NOT NULL,
  data_set_offset integer NOT NULL,
  data_set_sha256 bytea NOT NULL,
  blob_sha256 bytea NOT NULL,
  pixel_data_offset bigint,
  attributes jsonb NOT NULL,
  received_at timestamptz NOT NULL,
  received_from text NOT NULL,
  received_via text NOT NULL
);
CREATE INDEX instance_series ON instance (series_id);
CREATE INDEX instance_study ON instance (study_id);

-- Puts a batch of instances into the index in one statement, so in one commit: the receivers gather what is waiting from
-- all associations. Each entry is answered by its number with stored, already-stored, instance-differs or
-- study-of-another-site. A document of the hub's own ("via": "hub") does not re-open the study.
CREATE FUNCTION hub_index_instances(entries jsonb) RETURNS TABLE (n integer, outcome text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  e jsonb; p jsonb; st jsonb; se jsonb; i jsonb;
  moment timestamptz := clock_timestamp();
  known record; v_patient bigint; v_study record; v_series bigint; v_conflict boolean; v_by_hub boolean;
  v_instance bigint; v_added bigint[] := '{}';
BEGIN
  n := -1;
  FOR e IN SELECT * FROM jsonb_array_elements(entries) LOOP
    n := n + 1;
    p := e->'patient'; st := e->'study'; se := e->'series'; i := e->'instance';
    v_by_hub := e->>'via' = 'hub';

    SELECT x.data_set_sha256, s.site_id INTO known FROM instance x JOIN study s ON s.id = x.study_id
      WHERE x.sop_instance_uid = i->>'sopInstanceUid';
    IF FOUND THEN
      outcome := CASE WHEN known.site_id <> e->>'siteId' THEN 'study-of-another-site'
        WHEN known.data_set_sha256 = decode(i->>'dataSetSha256', 'hex') THEN 'already-stored' ELSE 'instance-differs' END;
      RETURN NEXT; CONTINUE;
    END IF;

    SELECT s.id, s.site_id, s.patient_id, s.identity_conflict INTO v_study
      FROM study s WHERE s.study_instance_uid = st->>'studyInstanceUid' FOR UPDATE;
    IF FOUND AND v_study.site_id <> e->>'siteId' THEN outcome := 'study-of-another-site'; RETURN NEXT; CONTINUE; END IF;

    -- the same id from the same site is the same patient; a header that names her otherwise is a conflict to be looked at
    v_conflict := false;
    v_patient := NULL;
    IF p->>'patientId' <> '' THEN
      SELECT x.id, (x.name_alphabetic, x.name_ideographic, x.birth_date, x.sex)
          IS DISTINCT FROM (p->>'alphabetic', p->>'ideographic', p->>'birthDate', p->>'sex')
        INTO v_patient, v_conflict FROM patient x WHERE x.issuer = e->>'siteId' AND x.patient_id = p->>'patientId';
    END IF;
    IF v_patient IS NULL AND (v_study.id IS NULL OR p->>'patientId' <> '') THEN
      v_conflict := false;
      INSERT INTO patient (issuer, patient_id, name_alphabetic, name_ideographic, name_phonetic, birth_date, sex, search_text)
        VALUES (e->>'siteId', p->>'patientId', p->>'alphabetic', p->>'ideographic', p->>'phonetic', p->>'birthDate', p->>'sex', p->>'searchText')
        RETURNING id INTO v_patient;
    END IF;

    IF v_study.id IS NULL THEN
      INSERT INTO study (study_instance_uid, site_id, patient_id, study_date, study_time, accession_number, dicom_study_id, description,
          referring_physician, patient_name, patient_name_latin, patient_birth_date, patient_sex, patient_age, attributes,
          search_text, identity_conflict, first_received_at, last_received_at)
        VALUES (st->>'studyInstanceUid', e->>'siteId', v_patient, st->>'studyDate', st->>'studyTime', st->>'accessionNumber',
          st->>'studyId', st->>'description', st->>'referringPhysician', p->>'display', p->>'latin', p->>'birthDate', p->>'sex',
          st->>'patientAge', st->'attributes', st->>'searchText', v_conflict, moment, moment)
        RETURNING id, site_id, patient_id, identity_conflict INTO v_study;
      INSERT INTO study_access (study_id, site_id, relation) VALUES (v_study.id, v_study.site_id, 'origin');
      -- who is reading this patient now sees what comes of her meanwhile
      INSERT INTO study_access (study_id, site_id, relation)
        SELECT DISTINCT v_study.id, t.centre_site_id, 'prior' FROM reading_task t JOIN study s ON s.id = t.study_id
        WHERE s.patient_id = v_patient AND t.state IN ('ordered', 'ready', 'claimed', 'preliminary');
    ELSIF NOT v_study.identity_conflict AND (v_conflict OR (v_patient IS NOT NULL AND v_patient <> v_study.patient_id)) THEN
      UPDATE study SET identity_conflict = true WHERE id = v_study.id;
    END IF;

    SELECT x.id INTO v_series FROM series x WHERE x.study_id = v_study.id AND x.series_instance_uid = se->>'seriesInstanceUid';
    IF NOT FOUND THEN
      INSERT INTO series (study_id, series_instance_uid, modality, series_number, description, body_part, attributes)
        VALUES (v_study.id, se->>'seriesInstanceUid', se->>'modality', (se->>'seriesNumber')::integer, se->>'description',
          se->>'bodyPart', se->'attributes') RETURNING id INTO v_series;
      UPDATE study SET
          series_count = series_count + 1,
          modalities = CASE WHEN v_by_hub OR se->>'modality' = ANY (modalities) THEN modalities ELSE modalities || (se->>'modality') END,
          body_parts = CASE WHEN se->>'bodyPart' = '' OR se->>'bodyPart' = ANY (body_parts) THEN body_parts ELSE body_parts || (se->>'bodyPart') END
        WHERE id = v_study.id;
    END IF;
    INSERT INTO instance (study_id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, instance_number,
        number_of_frames, blob_key, byte_length, data_set_offset, data_set_sha256, blob_sha256, pixel_data_offset, attributes,
        received_at, received_from, received_via)
      VALUES (v_study.id, v_series, i->>'sopInstanceUid', i->>'sopClassUid', i->>'transferSyntaxUid',
        (i->>'instanceNumber')::integer, (i->>'numberOfFrames')::integer, i->>'blobKey', (i->>'byteLength')::bigint,
        (i->>'dataSetOffset')::integer, decode(i->>'dataSetSha256', 'hex'), decode(i->>'blobSha256', 'hex'),
        (i->>'pixelDataOffset')::bigint, i->'attributes', moment, e->>'sender', e->>'via') RETURNING id INTO v_instance;
    v_added := v_added || v_instance;
    outcome := 'stored';
    RETURN NEXT;
  END LOOP;
  IF v_added = '{}' THEN RETURN; END IF;

  -- Counts once a batch. A study that devices brought something for is open (again); its job and its word to the open
  -- pages go out when that is news, not with each instance.
  WITH touched AS (
    SELECT x.study_id, count(*) AS instances, sum(x.byte_length) AS bytes, bool_or(x.received_via <> 'hub') AS by_device
    FROM instance x WHERE x.id = ANY (v_added) GROUP BY x.study_id),
  before AS (
    SELECT s.id, s.site_id, s.study_instance_uid, s.first_received_at = moment OR s.state = 'complete' AS is_news, s.last_received_at
    FROM study s JOIN touched t ON t.study_id = s.id WHERE t.by_device),
  counted_series AS (
    UPDATE series x SET instance_count = x.instance_count + c.instances
    FROM (SELECT series_id, count(*) AS instances FROM instance WHERE id = ANY (v_added) GROUP BY series_id) c
    WHERE x.id = c.series_id),
  counted_study AS (
    UPDATE study s SET instance_count = s.instance_count + t.instances, bytes = s.bytes + t.bytes,
      state = CASE WHEN t.by_device THEN 'receiving' ELSE s.state END,
      last_received_at = CASE WHEN t.by_device THEN moment ELSE s.last_received_at END
    FROM touched t WHERE s.id = t.study_id)
  INSERT INTO outbox (kind, name, payload, run_at)
    SELECT 'job', 'complete-study', jsonb_build_object('studyId', b.id::text), moment + make_interval(secs => o.quiet_seconds)
    FROM before b JOIN site o ON o.id = b.site_id WHERE b.is_news
    UNION ALL
    SELECT 'live', 'change', jsonb_build_object('topic', 'study', 'siteIds', jsonb_build_array(b.site_id),
      'studyInstanceUid', b.study_instance_uid), moment
    FROM before b WHERE b.is_news OR b.last_received_at < moment - interval '1 second';
END $$;

-- which sites may see a study, and why
CREATE TABLE study_access (
  study_id bigint NOT NULL REFERENCES study,
  site_id text NOT NULL REFERENCES site,
  relation text NOT NULL CHECK (relation IN ('origin', 'centre', 'prior')),
  PRIMARY KEY (study_id, site_id, relation)
);
CREATE INDEX study_access_site ON study_access (site_id, relation, study_id);

-- reading -----------------------------------------------------------------------------------------------------------
CREATE TABLE reading_task (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  study_id bigint NOT NULL REFERENCES study,
  site_id text NOT NULL REFERENCES site,
  centre_site_id text NOT NULL REFERENCES site,
  state text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  modality text NOT NULL,
  urgency text NOT NULL CHECK (urgency IN ('routine', 'urgent')),
  clinical_history text NOT NULL,
  question text NOT NULL,
  requested_by uuid REFERENCES account,
  requested_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  on_list_at timestamptz,
  reader_id uuid REFERENCES account,
  claimed_at timestamptz,
  claim_transaction_uid text,
  countersigner_id uuid REFERENCES account,
  submitted_at timestamptz,
  returned_reason text,
  final_at timestamptz,
  delivered_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid REFERENCES account,
  pdf_sop_instance_uid text
);
-- one living task a study
CREATE UNIQUE INDEX reading_task_open ON reading_task (study_id) WHERE state <> 'withdrawn';
CREATE INDEX reading_task_centre ON reading_task (centre_site_id, state, urgency DESC, due_at, id);
CREATE INDEX reading_task_site ON reading_task (site_id, requested_at DESC);
CREATE INDEX reading_task_final ON reading_task (site_id, final_at DESC) WHERE final_at IS NOT NULL;

CREATE TABLE report_draft (
  task_id uuid NOT NULL REFERENCES reading_task,
  account_id uuid NOT NULL REFERENCES account,
  revision integer NOT NULL,
  findings text NOT NULL,
  impression text NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, account_id)
);

CREATE TABLE report_version (
  task_id uuid NOT NULL REFERENCES reading_task,
  version integer NOT NULL,
  status text NOT NULL CHECK (status IN ('preliminary', 'final', 'amended')),
  findings text NOT NULL,
  impression text NOT NULL,
  author_id uuid NOT NULL REFERENCES account,
  author_name text NOT NULL,
  written_at timestamptz NOT NULL,
  countersigner_id uuid REFERENCES account,
  countersigner_name text,
  signed_at timestamptz,
  content_sha256 bytea NOT NULL,
  PRIMARY KEY (task_id, version)
);
CREATE FUNCTION hub_report_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a report version is never changed'; END $$;
CREATE TRIGGER report_version_is_kept BEFORE UPDATE OR DELETE ON report_version
  FOR EACH ROW EXECUTE FUNCTION hub_report_version_is_kept();
CREATE TRIGGER report_version_is_not_emptied BEFORE TRUNCATE ON report_version
  FOR EACH STATEMENT EXECUTE FUNCTION hub_report_version_is_kept();

CREATE TABLE notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id text NOT NULL REFERENCES site,
  role text NOT NULL,
  account_id uuid REFERENCES account,
  kind text NOT NULL,
  task_id uuid NOT NULL REFERENCES reading_task,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (kind, task_id, role, account_id, created_at)
);
CREATE INDEX notice_site ON notice (site_id, role, id DESC);
CREATE TABLE notice_seen (
  notice_id bigint NOT NULL REFERENCES notice,
  account_id uuid NOT NULL REFERENCES account,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (notice_id, account_id)
);

-- audit and outbox --------------------------------------------------------------------------------------------------
CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  account_id uuid,
  action text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
  study_id bigint,
  task_id uuid,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_study ON audit_event (study_id, id) WHERE study_id IS NOT NULL;
CREATE TABLE audit_seal (
  sequence bigint PRIMARY KEY,
  event_id bigint NOT NULL UNIQUE,
  hash bytea NOT NULL
);
CREATE FUNCTION hub_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit lines are never changed'; END $$;
CREATE TRIGGER audit_event_is_kept BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION hub_audit_is_kept();
CREATE TRIGGER audit_seal_is_kept BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION hub_audit_is_kept();
CREATE TRIGGER audit_event_is_not_emptied BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION hub_audit_is_kept();
CREATE TRIGGER audit_seal_is_not_emptied BEFORE TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION hub_audit_is_kept();

-- A row stays until its job is done, so that Redis may be lost at any moment; live rows go once they are told.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('job', 'live')),
  name text NOT NULL,
  payload jsonb NOT NULL,
  run_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  dispatched_at timestamptz,
  failed_at timestamptz,
  failure text
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE dispatched_at IS NULL;
CREATE INDEX outbox_dispatched ON outbox (dispatched_at) WHERE dispatched_at IS NOT NULL AND failed_at IS NULL;
CREATE FUNCTION hub_outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NOTIFY hub_outbox; RETURN NULL; END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION hub_outbox_notify();

-- row-level security ------------------------------------------------------------------------------------------------
-- the account of this transaction; null, so nobody, once it is disabled
CREATE FUNCTION hub_account_id() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = public, pg_temp AS $$
  SELECT id FROM account WHERE id = nullif(current_setting('hub.account_id', true), '')::uuid AND disabled_at IS NULL $$;

-- "siteId relation" pairs through which the account of this transaction may view studies; '* any' is all of them
CREATE FUNCTION hub_view_grants(wanted text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT CASE WHEN p.relation = 'any' THEN '* any' ELSE r.site_id || ' ' || p.relation END), '{}')
  FROM account_role r JOIN access_policy p ON p.role = r.role AND p.action = wanted
  WHERE r.account_id = hub_account_id() $$;

-- Is the study of a site for which the account of this transaction may ask? Past row-level security, as the policies of
-- study and study_access would else ask each other for ever.
CREATE FUNCTION hub_may_ask(wanted bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM study WHERE id = wanted AND (site_id || ' origin') = ANY (hub_view_grants('task.request'))) $$;

-- Writes that the account saw the study; the same again within ten minutes is one view.
CREATE FUNCTION hub_note_view(who text, what text, seen_study bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  INSERT INTO audit_event (actor, account_id, action, outcome, study_id)
  SELECT who, hub_account_id(), what, 'done', seen_study WHERE NOT EXISTS (
    SELECT 1 FROM audit_event e WHERE e.study_id = seen_study AND e.account_id = hub_account_id() AND e.action = what
      AND e.at > clock_timestamp() - interval '10 minutes') $$;

ALTER TABLE account_role ENABLE ROW LEVEL SECURITY;
ALTER TABLE study ENABLE ROW LEVEL SECURITY;
ALTER TABLE series ENABLE ROW LEVEL SECURITY;
ALTER TABLE instance ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient ENABLE ROW LEVEL SECURITY;
ALTER TABLE study_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE reading_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_roles ON account_role FOR SELECT TO hub_app USING (account_id = (SELECT hub_account_id()));
CREATE POLICY view_access ON study_access FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('study.view')))
  OR (site_id || ' ' || relation) = ANY ((SELECT hub_view_grants('study.view'))::text[]));
CREATE POLICY give_access ON study_access FOR INSERT TO hub_app WITH CHECK (
  relation IN ('centre', 'prior') AND hub_may_ask(study_id));
CREATE POLICY view_study ON study FOR SELECT TO hub_app USING (
  (SELECT '* any' = ANY (hub_view_grants('study.view')))
  OR EXISTS (SELECT 1 FROM study_access a WHERE a.study_id = study.id));
CREATE POLICY view_series ON series FOR SELECT TO hub_app USING (EXISTS (SELECT 1 FROM study s WHERE s.id = series.study_id));
CREATE POLICY view_instance ON instance FOR SELECT TO hub_app USING (EXISTS (SELECT 1 FROM study s WHERE s.id = instance.study_id));
CREATE POLICY view_patient ON patient FOR SELECT TO hub_app USING (EXISTS (SELECT 1 FROM study s WHERE s.patient_id = patient.id));
CREATE POLICY view_task ON reading_task FOR SELECT TO hub_app USING (EXISTS (SELECT 1 FROM study s WHERE s.id = reading_task.study_id));
CREATE POLICY make_task ON reading_task FOR INSERT TO hub_app WITH CHECK (
  (site_id || ' origin') = ANY ((SELECT hub_view_grants('task.request'))::text[])
  AND EXISTS (SELECT 1 FROM study s WHERE s.id = reading_task.study_id AND s.site_id = reading_task.site_id));
CREATE POLICY move_task ON reading_task FOR UPDATE TO hub_app USING (
  (site_id || ' origin') = ANY ((SELECT hub_view_grants('task.withdraw') || hub_view_grants('task.request') || hub_view_grants('report.acknowledge'))::text[])
  OR (centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[]));
CREATE POLICY own_draft ON report_draft FOR ALL TO hub_app USING (account_id = (SELECT hub_account_id()))
  WITH CHECK (account_id = (SELECT hub_account_id()) AND EXISTS (SELECT 1 FROM reading_task t WHERE t.id = report_draft.task_id
    AND (t.centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[])));
CREATE POLICY view_version ON report_version FOR SELECT TO hub_app USING (EXISTS (SELECT 1 FROM reading_task t WHERE t.id = report_version.task_id));
CREATE POLICY write_version ON report_version FOR INSERT TO hub_app WITH CHECK (EXISTS (SELECT 1 FROM reading_task t WHERE t.id = report_version.task_id
    AND (t.centre_site_id || ' centre') = ANY ((SELECT hub_view_grants('task.write'))::text[])));
CREATE POLICY view_notice ON notice FOR SELECT TO hub_app USING (
  (account_id IS NULL OR account_id = (SELECT hub_account_id()))
  AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = (SELECT hub_account_id()) AND r.site_id = notice.site_id AND r.role = notice.role));
CREATE POLICY make_notice ON notice FOR INSERT TO hub_app WITH CHECK (EXISTS (SELECT 1 FROM reading_task t WHERE t.id = notice.task_id));
CREATE POLICY own_seen ON notice_seen FOR ALL TO hub_app USING (account_id = (SELECT hub_account_id()))
  WITH CHECK (account_id = (SELECT hub_account_id()));
CREATE POLICY write_audit ON audit_event FOR INSERT TO hub_app WITH CHECK (account_id IS NOT DISTINCT FROM (SELECT hub_account_id()));
CREATE POLICY view_audit ON audit_event FOR SELECT TO hub_app USING ((SELECT '* any' = ANY (hub_view_grants('district.manage'))));

GRANT SELECT ON site, account_role, reading_route, access_policy, patient, study, series, instance,
  study_access, reading_task, report_draft, report_version, notice, notice_seen, audit_event TO hub_app;
GRANT SELECT (id, username, display_name, title, disabled_at) ON account TO hub_app;
GRANT INSERT ON study_access, reading_task, report_draft, report_version, notice, notice_seen, audit_event, outbox TO hub_app;
GRANT UPDATE ON reading_task, report_draft TO hub_app;
GRANT DELETE ON report_draft TO hub_app;
`;
