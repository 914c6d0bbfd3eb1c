/**
 * What becomes of instances after they were stored: rejected (IHE IOCM), kept for so many years, held, deleted, moved to a
 * slower store.
 */
export const lifecycleMigration = `
-- rejection ---------------------------------------------------------------------------------------------------------
-- Why nobody is given it; null: it is given. A rejection note is hidden as what it hides.
ALTER TABLE instance ADD COLUMN hidden_as text CHECK (hidden_as IN ('quality', 'safety', 'worklist', 'expired', 'note'));
CREATE INDEX instance_hidden ON instance (study_id) WHERE hidden_as IS NOT NULL;

-- The one rule which instances may be seen. What queries, retrieves, counts or sends reads this and not the table.
CREATE VIEW seen_instance WITH (security_invoker = true) AS SELECT * FROM instance WHERE hidden_as IS NULL;
GRANT SELECT ON seen_instance TO hub_app;

-- Counts alone do not tell one set of instances from another: what is made of a series, or kept of it, carries this.
ALTER TABLE series ADD COLUMN version integer NOT NULL DEFAULT 0;
ALTER TABLE series_object ADD COLUMN series_version integer NOT NULL DEFAULT 0;

CREATE TABLE rejection (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  study_id bigint NOT NULL REFERENCES study,
  note_sop_instance_uid text NOT NULL UNIQUE,
  reason text NOT NULL CHECK (reason IN ('quality', 'safety', 'worklist', 'expired')),
  rejected_at timestamptz NOT NULL DEFAULT now(),
  -- account or AE title
  rejected_by text NOT NULL,
  account_id uuid REFERENCES account,
  undone_at timestamptz,
  undone_by text
);
CREATE INDEX rejection_study ON rejection (study_id);
CREATE TABLE rejected_instance (
  sop_instance_uid text NOT NULL,
  rejection_id uuid NOT NULL REFERENCES rejection,
  PRIMARY KEY (sop_instance_uid, rejection_id)
);
CREATE INDEX rejected_instance_note ON rejected_instance (rejection_id);

ALTER TABLE rejection ENABLE ROW LEVEL SECURITY;
ALTER TABLE rejected_instance ENABLE ROW LEVEL SECURITY;
CREATE POLICY view_rejection ON rejection FOR SELECT TO hub_app USING (EXISTS (SELECT 1 FROM study s WHERE s.id = rejection.study_id));
CREATE POLICY view_rejected_instance ON rejected_instance FOR SELECT TO hub_app
  USING (EXISTS (SELECT 1 FROM rejection r WHERE r.id = rejected_instance.rejection_id));
GRANT SELECT ON rejection, rejected_instance TO hub_app;

-- what is hidden is seen by those alone who may reject
DROP POLICY view_instance ON instance;
CREATE POLICY view_instance ON instance FOR SELECT TO hub_app USING (
  EXISTS (SELECT 1 FROM study s WHERE s.id = instance.study_id) AND (hidden_as IS NULL
    OR (SELECT '* any' = ANY (hub_view_grants('study.reject')))
    OR EXISTS (SELECT 1 FROM study s WHERE s.id = instance.study_id
      AND (s.site_id || ' origin') = ANY ((SELECT hub_view_grants('study.reject'))::text[]))));

-- Counts a study and its series anew, of what may be seen; the bytes are those of all that is stored.
CREATE FUNCTION hub_recount_study(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE series s SET version = s.version + 1, instance_count = (SELECT count(*) FROM seen_instance i WHERE i.series_id = s.id)
    WHERE s.study_id = wanted;
  UPDATE study s SET
      instance_count = c.instances, series_count = c.series, bytes = b.bytes,
      modalities = CASE WHEN c.has_ko THEN s.modalities ELSE array_remove(s.modalities, 'KO') END
    FROM (SELECT coalesce(sum(instance_count), 0) AS instances, count(*) FILTER (WHERE instance_count > 0) AS series,
        coalesce(bool_or(modality = 'KO' AND instance_count > 0), false) AS has_ko FROM series WHERE study_id = wanted) c,
      (SELECT coalesce(sum(byte_length), 0) AS bytes FROM instance WHERE study_id = wanted) b
    WHERE s.id = wanted;
END $$;

-- Brings what is hidden of a study in line with its notes, and says so to those concerned when it changed something. Of
-- several notes that name an instance the strictest counts. Safe twice.
CREATE FUNCTION hub_apply_notes(wanted bigint) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE changed integer;
BEGIN
  PERFORM 1 FROM study WHERE id = wanted FOR UPDATE;
  UPDATE instance i SET hidden_as = w.hidden_as
    FROM (
      SELECT x.id, CASE WHEN n.id IS NOT NULL THEN 'note' ELSE (
          SELECT r.reason FROM rejected_instance ri JOIN rejection r ON r.id = ri.rejection_id
          WHERE ri.sop_instance_uid = x.sop_instance_uid AND r.study_id = wanted AND r.undone_at IS NULL
          ORDER BY array_position(ARRAY['safety', 'worklist', 'expired', 'quality'], r.reason) LIMIT 1) END AS hidden_as
      FROM instance x LEFT JOIN rejection n ON n.note_sop_instance_uid = x.sop_instance_uid AND n.study_id = wanted
      WHERE x.study_id = wanted) w
    WHERE i.id = w.id AND i.hidden_as IS DISTINCT FROM w.hidden_as;
  GET DIAGNOSTICS changed = ROW_COUNT;
  PERFORM hub_recount_study(wanted);
  IF changed = 0 THEN RETURN 0; END IF;
  INSERT INTO outbox (kind, name, payload)
    SELECT 'job', 'prepare-study', jsonb_build_object('studyId', s.id::text) FROM study s WHERE s.id = wanted AND s.state = 'complete'
    UNION ALL
    -- where some of it went, the note goes, too
    SELECT 'job', 'forward-study', jsonb_build_object('transferId', t.id) FROM transfer t WHERE t.study_id = wanted
    UNION ALL
    SELECT 'live', 'change', jsonb_build_object('topic', 'study', 'siteIds', jsonb_agg(DISTINCT a.site_id),
      'studyInstanceUid', s.study_instance_uid) FROM study s JOIN study_access a ON a.study_id = s.id WHERE s.id = wanted GROUP BY s.id;
  RETURN changed;
END $$;

-- After instances were put into the index, in the same transaction: notes among them take effect, and what comes after its
-- note is hidden, too. A note takes effect once: one that was undone is not renewed by the same bytes. It speaks of its own
-- study alone. Gives of the arrived those that were here before and are not taken again (IHE RAD TF-2 §4.66).
CREATE FUNCTION hub_settle_arrivals(arrived text[], notes jsonb) RETURNS TABLE (uid text, reason text) LANGUAGE plpgsql AS $$
DECLARE n jsonb; noted record; v_id uuid; v_study bigint; v_named integer;
BEGIN
  FOR n IN SELECT * FROM jsonb_array_elements(notes) LOOP
    SELECT i.study_id, i.received_from, i.received_via INTO noted FROM instance i JOIN study s ON s.id = i.study_id
      WHERE i.sop_instance_uid = n->>'sopInstanceUid' AND i.data_set_sha256 = decode(n->>'dataSetSha256', 'hex')
        AND s.site_id = n->>'siteId';
    CONTINUE WHEN NOT FOUND;
    v_id := NULL;
    INSERT INTO rejection (study_id, note_sop_instance_uid, reason, rejected_by, account_id)
      VALUES (noted.study_id, n->>'sopInstanceUid', n->>'reason', noted.received_from, (n->>'accountId')::uuid)
      ON CONFLICT (note_sop_instance_uid) DO NOTHING RETURNING id INTO v_id;
    CONTINUE WHEN v_id IS NULL;
    INSERT INTO rejected_instance (sop_instance_uid, rejection_id)
      SELECT DISTINCT x.named, v_id FROM jsonb_array_elements_text(n->'rejected') AS x (named);
    GET DIAGNOSTICS v_named = ROW_COUNT;
    INSERT INTO audit_event (actor, account_id, action, outcome, study_id, detail)
      VALUES (noted.received_from, (n->>'accountId')::uuid, 'study.reject', 'done', noted.study_id,
        jsonb_build_object('reason', n->>'reason', 'instances', v_named, 'via', noted.received_via));
    WITH told AS (
      INSERT INTO notice (site_id, role, account_id, kind, task_id)
      SELECT centre_site_id, 'reader', reader_id, 'task-images-rejected', id FROM reading_task
      WHERE study_id = noted.study_id AND state IN ('claimed', 'preliminary') AND reader_id IS NOT NULL
      ON CONFLICT DO NOTHING RETURNING site_id, task_id)
    INSERT INTO outbox (kind, name, payload)
      SELECT 'live', 'change', jsonb_build_object('topic', 'notice', 'siteIds', jsonb_build_array(site_id), 'taskId', task_id) FROM told;
  END LOOP;
  -- a study with notes, or whose originals had been deleted: its counts are made anew
  FOR v_study IN
    SELECT DISTINCT i.study_id FROM instance i WHERE i.sop_instance_uid = ANY (arrived)
      AND (EXISTS (SELECT 1 FROM rejection r WHERE r.study_id = i.study_id)
        OR EXISTS (SELECT 1 FROM study s WHERE s.id = i.study_id AND s.originals_deleted_at IS NOT NULL))
    ORDER BY 1 LOOP
    UPDATE study SET originals_deleted_at = NULL WHERE id = v_study AND originals_deleted_at IS NOT NULL;
    PERFORM hub_apply_notes(v_study);
  END LOOP;
  RETURN QUERY SELECT i.sop_instance_uid, i.hidden_as FROM instance i
    WHERE i.sop_instance_uid = ANY (arrived) AND i.hidden_as IN ('safety', 'worklist');
END $$;

-- retention ---------------------------------------------------------------------------------------------------------
-- how long a site keeps its studies of a modality; '*' is every other one. The law's least: 15 and 30 years.
CREATE TABLE retention_class (
  site_id text NOT NULL REFERENCES site,
  modality text NOT NULL CHECK (modality ~ '^([A-Z]{2,8}|\\*)$'),
  kind text NOT NULL CHECK (kind IN ('out-patient', 'in-patient')),
  years integer NOT NULL CHECK (years <= 200 AND years >= CASE kind WHEN 'out-patient' THEN 15 ELSE 30 END),
  PRIMARY KEY (site_id, modality)
);

CREATE TABLE legal_hold (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  study_id bigint NOT NULL REFERENCES study,
  reason text NOT NULL CHECK (reason <> ''),
  set_at timestamptz NOT NULL DEFAULT now(),
  set_by uuid NOT NULL REFERENCES account,
  lifted_at timestamptz,
  lifted_by uuid REFERENCES account,
  lifted_reason text
);
CREATE UNIQUE INDEX legal_hold_standing ON legal_hold (study_id) WHERE lifted_at IS NULL;

-- What is proposed for deletion, then confirmed by a person, then done. It stays, as the record of it.
CREATE TABLE deletion (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  study_id bigint NOT NULL REFERENCES study,
  -- class: all of a study that is past its class · note: what a device rejected as expired (DCM 113039)
  cause text NOT NULL CHECK (cause IN ('class', 'note')),
  listed_at timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz,
  confirmed_by uuid REFERENCES account,
  done_at timestamptz,
  instances integer,
  bytes bigint
);
CREATE UNIQUE INDEX deletion_open ON deletion (study_id) WHERE done_at IS NULL;

-- Blobs that no row names any more. Written with the rows' going, swept later, kept as a record of what was swept.
CREATE TABLE doomed_blob (
  blob_key text PRIMARY KEY,
  deletion_id uuid REFERENCES deletion,
  doomed_at timestamptz NOT NULL DEFAULT now(),
  sweep_after timestamptz NOT NULL DEFAULT now(),
  swept_at timestamptz
);
CREATE INDEX doomed_blob_waiting ON doomed_blob (sweep_after) WHERE swept_at IS NULL;

ALTER TABLE study
  ADD COLUMN originals_deleted_at timestamptz,
  -- when somebody last looked at it or had it sent: to the day
  ADD COLUMN accessed_at timestamptz NOT NULL DEFAULT now(),
  -- its originals lie in the cold store
  ADD COLUMN cold_at timestamptz;
CREATE INDEX study_first_received ON study (first_received_at) WHERE originals_deleted_at IS NULL;
CREATE INDEX study_accessed ON study (accessed_at) WHERE originals_deleted_at IS NULL AND cold_at IS NULL;

CREATE FUNCTION hub_note_access() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE study SET accessed_at = now() WHERE id = NEW.study_id AND accessed_at < now() - interval '1 day';
  RETURN NULL;
END $$;
CREATE TRIGGER audit_event_is_access AFTER INSERT ON audit_event FOR EACH ROW
  WHEN (NEW.study_id IS NOT NULL AND NEW.outcome = 'done' AND NEW.action IN ('study.view', 'study.export', 'study.retrieve'))
  EXECUTE FUNCTION hub_note_access();

-- For how many years a study is kept: the longest of the classes that its modalities fall under. Without a class a
-- community's study is an out-patient's, any other centre's an in-patient's, which is the longer.
CREATE FUNCTION hub_retention_years(of_site text, of_modalities text[]) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT coalesce(max(c.years), CASE WHEN (SELECT kind FROM site WHERE id = of_site) = 'community' THEN 15 ELSE 30 END)
  FROM retention_class c WHERE c.site_id = of_site AND (c.modality = ANY (of_modalities)
    OR (c.modality = '*' AND (of_modalities = '{}' OR EXISTS (SELECT 1 FROM unnest(of_modalities) m
      WHERE NOT EXISTS (SELECT 1 FROM retention_class k WHERE k.site_id = of_site AND k.modality = m))))) $$;

-- Until when a study is kept: so many years after it was made or came, whichever is later. What is no date does not count.
CREATE FUNCTION hub_kept_until(s study) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT greatest(s.last_received_at, CASE WHEN pg_input_is_valid(s.study_date, 'date') THEN s.study_date::date::timestamptz END)
    + make_interval(years => hub_retention_years(s.site_id, s.modalities)) $$;

-- A study that is held, or whose reading is not at its end, is never deleted.
CREATE FUNCTION hub_may_delete(wanted bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.study_id = wanted AND h.lifted_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM reading_task t WHERE t.study_id = wanted AND t.state NOT IN ('withdrawn', 'delivered', 'acknowledged')) $$;

-- tiers -------------------------------------------------------------------------------------------------------------
-- after so many days without access a site's studies go to the cold store; null: never
ALTER TABLE site ADD COLUMN cold_after_days integer CHECK (cold_after_days BETWEEN 1 AND 36500);

CREATE OR REPLACE FUNCTION hub_named_blobs(keys text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT blob_key FROM instance WHERE blob_key = ANY (keys)
  UNION ALL SELECT blob_key FROM series_object WHERE blob_key = ANY (keys)
  UNION ALL SELECT blob_key FROM doomed_blob WHERE blob_key = ANY (keys) AND swept_at IS NULL $$;
`;
